import { Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';

const ROOM_OF_KEY: Record<string, string> = {
  i: '/instances',
  r: '/run',
  h: '/invocations',
  c: '/commands',
  t: '/terminal',
  s: '/sessions',
};
/** A second key later than this after `g` begins anew. */
const SEQUENCE_MS = 1_200;

/** Keys that work wherever nothing is being typed. */
export function useShortcuts() {
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure();
  const wentAt = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const room = event.timeStamp - wentAt.current < SEQUENCE_MS ? ROOM_OF_KEY[event.key] : undefined;
      wentAt.current = event.key === 'g' ? event.timeStamp : 0;
      if (room) void navigate(room);
      else if (event.key === '?') open();
      else if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('[data-search]');
        if (!search) return;
        event.preventDefault();
        search.focus();
        search.select();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate, open]);
  return { opened, open, close };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

const HELP: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'search on this page'],
  [['g', 'i'], 'instances'],
  [['g', 'r'], 'run a script'],
  [['g', 'h'], 'history'],
  [['g', 'c'], 'commands'],
  [['g', 't'], 'terminal'],
  [['g', 's'], 'sessions and recordings'],
  [['Ctrl', 'Enter'], 'in the editor: run'],
  [['Ctrl', 'Shift', 'F'], 'in a terminal: search'],
  [['Ctrl', 'Shift', 'L'], 'in a terminal: leave it with the keyboard'],
  [['?'], 'this list'],
];

export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard" size="sm" centered>
      <Stack gap="xs">
        {HELP.map(([keys, what]) => (
          <Group key={what} justify="space-between">
            <Text size="sm">{what}</Text>
            <Group gap={4}>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
