import { Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

/** The title of a page, in the window too, and what can be done on it. */
export function PageHeader({
  title,
  hint,
  badge,
  children,
}: {
  title: string;
  hint?: ReactNode;
  badge?: ReactNode;
  children?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <Stack gap={2} style={{ minWidth: 0 }}>
        <Group gap="sm" wrap="nowrap">
          <Title order={1} size="h3" className="ellipsis">
            {title}
          </Title>
          {badge}
        </Group>
        {hint && (
          <Text size="sm" c="dimmed" component="div">
            {hint}
          </Text>
        )}
      </Stack>
      {children && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
