import { ActionIcon, Button, Group, Modal, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { Eye, Plus, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { desk } from './desk.ts';
import classes from './tab-strip.module.css';
import type { TerminalTab } from './terminal-tab.ts';
import { useDesk } from './use-desk.ts';

export const panelId = (tab: TerminalTab) => `panel-${tab.key}`;
export const tabId = (tab: TerminalTab) => `tab-${tab.key}`;

/** The open terminals; arrows move between them. Closing one that runs asks first. */
export function TabStrip({
  starting,
  onShow,
  onNew,
}: {
  /** Nothing open is shown, but the form for another one. */
  starting: boolean;
  onShow: (key: string) => void;
  onNew: () => void;
}) {
  const { tabs, active } = useDesk();
  const [leaving, setLeaving] = useState<TerminalTab>();
  const strip = useRef<HTMLDivElement>(null);
  const shown = starting ? undefined : active;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab may lie outside of what can be seen
  useEffect(() => {
    strip.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown?.key, tabs.length]);

  const close = (tab: TerminalTab) => {
    if (tab.isOver || tab.watches) desk.close(tab.key);
    else setLeaving(tab);
  };
  const onKey = (event: KeyboardEvent) => {
    const index = tabs.findIndex((tab) => tab.key === shown?.key);
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (event.key === 'Delete' && shown) close(shown);
    const tab = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!tab) return;
    event.preventDefault();
    onShow(tab.key);
    document.getElementById(tabId(tab))?.focus();
  };

  return (
    <div className={classes.strip}>
      <div ref={strip} role="tablist" aria-label="Open terminals" className={classes.tabs} onKeyDown={onKey}>
        {tabs.map((tab) => (
          <div key={tab.key} className={classes.tab} data-active={tab === shown || undefined} role="presentation">
            <UnstyledButton
              id={tabId(tab)}
              role="tab"
              className={classes.name}
              aria-selected={tab === shown}
              aria-controls={panelId(tab)}
              tabIndex={tab === (shown ?? tabs[0]) ? 0 : -1}
              onClick={() => onShow(tab.key)}
              onAuxClick={(event) => event.button === 1 && close(tab)}
              title={tab.view.title || undefined}
            >
              <TabMark tab={tab} />
              <span className="ellipsis">{tab.subject.instanceName}</span>
              {tab.view.title && <span className={classes.title}>{tab.view.title}</span>}
              {tab.watches && <Eye size={13} aria-label="watching" />}
            </UnstyledButton>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={20}
              aria-label={`Close ${tab.subject.instanceName}`}
              tabIndex={tab === shown ? 0 : -1}
              onClick={() => close(tab)}
            >
              <X size={13} />
            </ActionIcon>
          </div>
        ))}
      </div>
      <Tooltip label="Another terminal">
        <ActionIcon
          variant={starting && tabs.length > 0 ? 'light' : 'subtle'}
          color="gray"
          aria-label="Another terminal"
          onClick={onNew}
        >
          <Plus size={17} />
        </ActionIcon>
      </Tooltip>
      <Modal
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title="End this shell?"
        centered
        size="sm"
      >
        <Text size="sm" c="dimmed">
          Everything that runs in the shell of {leaving?.subject.username} on {leaving?.subject.instanceName} ends with
          it.
        </Text>
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" data-autofocus onClick={() => setLeaving(undefined)}>
            Keep it
          </Button>
          <Button
            color="brick"
            onClick={() => {
              if (leaving) desk.close(leaving.key);
              setLeaving(undefined);
            }}
          >
            End the shell
          </Button>
        </Group>
      </Modal>
    </div>
  );
}

/** How it stands, as a dot; the words are in the strip below. */
function TabMark({ tab }: { tab: TerminalTab }) {
  const { kind } = tab.view.state;
  const mark = tab.isOver ? 'over' : kind === 'live' || kind === 'taken over' ? 'live' : 'waiting';
  const words = { over: 'ended', live: tab.view.fresh ? 'has new output' : 'connected', waiting: 'waiting' }[mark];
  return (
    <span
      className={classes.mark}
      data-mark={mark}
      data-fresh={tab.view.fresh || undefined}
      role="img"
      aria-label={words}
    />
  );
}
