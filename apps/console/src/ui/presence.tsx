import { Group, Text } from '@mantine/core';
import { AgentStatus } from '@muster/contract';
import { CircleDot, CircleOff } from 'lucide-react';

/** Whether a machine can be reached: a word, an icon and a colour. */
export function Presence({ status }: { status: AgentStatus }) {
  const online = status === AgentStatus.ONLINE;
  const Icon = online ? CircleDot : CircleOff;
  const color = online ? 'var(--mantine-color-leaf-light-color)' : 'var(--mantine-color-dimmed)';
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={14} aria-hidden color={color} />
      <Text size="sm" fw={online ? 550 : 400} c={color}>
        {online ? 'Online' : 'Offline'}
      </Text>
    </Group>
  );
}
