import { Alert, Badge, Loader, Tooltip } from '@mantine/core';
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import type { Reading } from './use-player.ts';

/** Whether a recording is as it was written: a word, an icon and a colour. */
export function ChainMark({ reading }: { reading: Reading }) {
  if (reading.kind === 'failed') return null;
  if (reading.kind === 'reading') {
    return (
      <Badge variant="light" color="gray" tt="none" radius="sm" leftSection={<Loader size={10} color="gray" />}>
        Reading
      </Badge>
    );
  }
  const { verdict } = reading;
  const [Icon, color, word, hint] = {
    whole: [
      ShieldCheck,
      'leaf',
      'Sealed and whole',
      'Every piece fits the one before it, and the end fits the seal',
    ] as const,
    unsealed: [
      ShieldQuestion,
      'amber',
      'Not sealed',
      'It fits as far as it goes; its end is not sealed (yet)',
    ] as const,
    changed: [ShieldAlert, 'brick', 'Changed', 'It is not what was written'] as const,
  }[verdict.kind];
  return (
    <Tooltip label={hint}>
      <Badge
        variant="light"
        color={color}
        tt="none"
        fw={550}
        radius="sm"
        tabIndex={0}
        leftSection={<Icon size={13} aria-hidden />}
        style={{ flexShrink: 0 }}
      >
        {word}
      </Badge>
    </Tooltip>
  );
}

/** What is wrong with a recording, where nobody overlooks it. */
export function ChainWarning({ reading }: { reading: Reading }) {
  if (reading.kind !== 'read' || reading.verdict.kind !== 'changed') return null;
  return (
    <Alert
      role="alert"
      color="brick"
      variant="light"
      radius={0}
      icon={<ShieldAlert size={18} />}
      title="This recording was changed after it was written"
    >
      {reading.verdict.fault}
    </Alert>
  );
}
