import { Tooltip } from '@mantine/core';
import { OUTCOME_COLORS, OUTCOME_WORDS, OUTCOMES, type Outcome } from '../run/statuses.ts';

/** How a run went at a glance: one segment per kind of state, as wide as its share. */
export function OutcomeBar({ counts, height = 6 }: { counts: Record<Outcome, number>; height?: number }) {
  const present = OUTCOMES.filter((outcome) => counts[outcome] > 0);
  const words = present.map((outcome) => `${counts[outcome]} ${OUTCOME_WORDS[outcome].toLowerCase()}`).join(', ');
  return (
    <Tooltip label={words} disabled={words === ''}>
      <div
        role="img"
        aria-label={words}
        style={{
          display: 'flex',
          gap: 2,
          height,
          borderRadius: height,
          overflow: 'hidden',
          background: 'var(--muster-border)',
        }}
      >
        {present.map((outcome) => (
          <div
            key={outcome}
            style={{
              flexGrow: counts[outcome],
              background: `var(--mantine-color-${OUTCOME_COLORS[outcome]}-${outcome === 'waiting' ? 4 : 5})`,
            }}
          />
        ))}
      </div>
    </Tooltip>
  );
}
