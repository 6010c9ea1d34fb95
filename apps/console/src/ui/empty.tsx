import { Code, Group, Stack, Text, ThemeIcon } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyIcon } from './copy.tsx';

/** An empty list says what to do next; `type` is the line to type in a terminal. */
export function Empty({
  icon: Icon,
  title,
  type,
  children,
}: {
  icon: LucideIcon;
  title: string;
  type?: string;
  children?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" py={56} px="md">
      <ThemeIcon size={44} radius="xl" variant="light" color="petrol">
        <Icon size={22} aria-hidden />
      </ThemeIcon>
      <Text fw={600}>{title}</Text>
      {children && (
        <Text size="sm" c="dimmed" ta="center" maw={460} component="div">
          {children}
        </Text>
      )}
      {type && (
        <Group gap={6} mt={4}>
          <Code px="sm" py={6} fz="sm">
            {type}
          </Code>
          <CopyIcon text={type} label="Copy" />
        </Group>
      )}
    </Stack>
  );
}
