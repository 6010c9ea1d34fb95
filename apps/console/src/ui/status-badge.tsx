import { Badge } from '@mantine/core';
import type { InvocationStatus, TaskStatus } from '@muster/contract';
import { Ban, CircleCheck, CircleX, Clock, Hourglass, LoaderCircle, type LucideIcon } from 'lucide-react';
import { OUTCOME_COLORS, type Outcome, type Shown, shownInvocation, shownTask } from '../run/statuses.ts';

const ICONS: Record<Outcome, LucideIcon> = {
  waiting: Hourglass,
  running: LoaderCircle,
  succeeded: CircleCheck,
  failed: CircleX,
  timeout: Clock,
  cancelled: Ban,
};

/** The icon of a state, in its colour; it stands beside the word, never alone. */
export function OutcomeIcon({ outcome, size = 15 }: { outcome: Outcome; size?: number }) {
  const Icon = ICONS[outcome];
  return (
    <Icon
      size={size}
      aria-hidden
      className={outcome === 'running' ? 'turning' : undefined}
      color={`var(--mantine-color-${OUTCOME_COLORS[outcome]}-light-color)`}
      style={{ flexShrink: 0 }}
    />
  );
}

export function TaskBadge({ status }: { status: TaskStatus }) {
  return <StateBadge shown={shownTask(status)} />;
}

export function InvocationBadge({ status }: { status: InvocationStatus }) {
  return <StateBadge shown={shownInvocation(status)} />;
}

function StateBadge({ shown: { word, outcome } }: { shown: Shown }) {
  return (
    <Badge
      variant="light"
      color={OUTCOME_COLORS[outcome]}
      tt="none"
      fw={550}
      radius="sm"
      leftSection={<OutcomeIcon outcome={outcome} size={13} />}
      style={{ flexShrink: 0 }}
    >
      {word}
    </Badge>
  );
}
