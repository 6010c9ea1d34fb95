import { ActionIcon, Group, Popover, SegmentedControl, Stack, Switch, Text, Tooltip } from '@mantine/core';
import { AArrowDown, AArrowUp, Settings2 } from 'lucide-react';
import { changeLooks, FONT_SIZES, SCHEMES, type Scheme, useLooks } from './looks.ts';

const NAMES: Record<Scheme, string> = { console: 'As console', light: 'Light', dark: 'Dark', contrast: 'Contrast' };

/** How all terminals look, kept in this browser. */
export function LooksMenu() {
  const { scheme, fontSize, copySelected, screenReader } = useLooks();
  return (
    <Popover position="bottom-end" shadow="md" width={330} trapFocus>
      <Popover.Target>
        <Tooltip label="Look of the terminals">
          <ActionIcon variant="subtle" color="gray" aria-label="Look of the terminals">
            <Settings2 size={17} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Text size="sm" fw={600}>
            Terminals
          </Text>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label="Colours"
            data={SCHEMES.map((value) => ({ value, label: NAMES[value] }))}
            value={scheme}
            onChange={(value) => changeLooks({ scheme: value as Scheme })}
          />
          <Group justify="space-between">
            <Text size="sm">Size of characters</Text>
            <Group gap={6}>
              <ActionIcon
                variant="default"
                aria-label="Smaller"
                disabled={fontSize <= FONT_SIZES.least}
                onClick={() => changeLooks({ fontSize: fontSize - 1 })}
              >
                <AArrowDown size={16} />
              </ActionIcon>
              <Text size="sm" className="nums" aria-live="polite" w={44} ta="center">
                {fontSize} px
              </Text>
              <ActionIcon
                variant="default"
                aria-label="Larger"
                disabled={fontSize >= FONT_SIZES.most}
                onClick={() => changeLooks({ fontSize: fontSize + 1 })}
              >
                <AArrowUp size={16} />
              </ActionIcon>
            </Group>
          </Group>
          <Switch
            size="sm"
            label="Copy what is selected"
            checked={copySelected}
            onChange={(event) => changeLooks({ copySelected: event.currentTarget.checked })}
          />
          <Switch
            size="sm"
            label="For screen readers"
            description="Keeps the text where they can read it; slower"
            checked={screenReader}
            onChange={(event) => changeLooks({ screenReader: event.currentTarget.checked })}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
