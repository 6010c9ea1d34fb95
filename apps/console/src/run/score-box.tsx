import { UnstyledButton } from '@mantine/core';
import type { InvocationTask } from '@muster/contract';
import { OutcomeBar } from '../ui/outcome-bar.tsx';
import { OutcomeIcon } from '../ui/status-badge.tsx';
import classes from './score-box.module.css';
import { OUTCOME_WORDS, OUTCOMES, type Outcome, score } from './statuses.ts';

/** How many machines are in each state; each count is a filter for the list below. */
export function ScoreBox({
  tasks,
  state,
  onState,
}: {
  tasks: readonly InvocationTask[];
  state: Outcome | undefined;
  onState: (state?: Outcome) => void;
}) {
  const counts = score(tasks.map((task) => task.taskStatus));
  return (
    <section className={`card ${classes.box}`} aria-label="Score">
      <div className={classes.chips}>
        <Chip active={state === undefined} onClick={() => onState()}>
          <b className="nums">{tasks.length}</b> instances
        </Chip>
        {OUTCOMES.map((outcome) => (
          <Chip
            key={outcome}
            active={state === outcome}
            empty={counts[outcome] === 0 && state !== outcome}
            onClick={() => onState(state === outcome ? undefined : outcome)}
          >
            <OutcomeIcon outcome={outcome} size={14} />
            <b className="nums">{counts[outcome]}</b> {OUTCOME_WORDS[outcome].toLowerCase()}
          </Chip>
        ))}
      </div>
      <OutcomeBar counts={counts} />
    </section>
  );
}

function Chip({
  active,
  empty = false,
  onClick,
  children,
}: {
  active: boolean;
  empty?: boolean;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <UnstyledButton className={classes.chip} aria-pressed={active} disabled={empty} onClick={onClick}>
      {children}
    </UnstyledButton>
  );
}
