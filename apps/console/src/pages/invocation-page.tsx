import { Skeleton } from '@mantine/core';
import type { InvocationTask } from '@muster/contract';
import { useRef, useState } from 'react';
import { useParams } from 'react-router';
import { OutputPanel } from '../run/output-panel.tsx';
import { RunFacts } from '../run/run-facts.tsx';
import { RunHeader } from '../run/run-header.tsx';
import type { RunWatch } from '../run/run-watch.ts';
import { ScoreBox } from '../run/score-box.tsx';
import { OUTCOMES, type Outcome, shownTask } from '../run/statuses.ts';
import { TaskList } from '../run/task-list.tsx';
import { useRunWatch } from '../run/use-run-watch.ts';
import { FailureNotice } from '../ui/failure-alert.tsx';
import { useAddress } from '../ui/use-address.ts';
import classes from './invocation-page.module.css';

/** One run as it happens: the score, the machines, their output. */
export function InvocationPage() {
  const { invocationId = '' } = useParams();
  const [attempt, setAttempt] = useState(0);
  return (
    <Watched key={`${invocationId} ${attempt}`} invocationId={invocationId} onRetry={() => setAttempt(attempt + 1)} />
  );
}

function Watched({ invocationId, onRetry }: { invocationId: string; onRetry: () => void }) {
  const watch = useRunWatch(invocationId);
  if (watch?.failure) {
    return <FailureNotice failure={watch.failure} what={`${invocationId} cannot be shown`} onRetry={onRetry} />;
  }
  if (!watch?.invocation) return <Skeleton height={420} />;
  return <Run watch={watch} />;
}

function Run({ watch }: { watch: RunWatch }) {
  const { get, set } = useAddress();
  const output = useRef<HTMLDivElement>(null);
  const state = OUTCOMES.find((outcome) => outcome === get('state'));
  const tasks = byName([...watch.tasks.values()]);
  const shown = tasks.filter((task) => !state || shownTask(task.taskStatus).outcome === state);
  const alone = tasks.length === 1 ? tasks[0] : undefined;
  const selected = alone ?? shown.find((task) => task.invocationTaskId === get('task'));

  return (
    <div className={classes.page}>
      <RunHeader watch={watch} tasks={tasks} />
      <RunFacts invocation={watch.invocation!} />
      {!alone && <ScoreBox tasks={tasks} state={state} onState={(next?: Outcome) => set({ state: next ?? '' })} />}
      <div className={alone ? classes.single : classes.columns}>
        {!alone && (
          <TaskList
            tasks={shown}
            selected={selected?.invocationTaskId}
            onSelect={(taskId) => {
              set({ task: taskId });
              // on a narrow screen the output is below the list
              output.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
            }}
            total={tasks.length}
          />
        )}
        <div ref={output} className={classes.output}>
          <OutputPanel
            key={selected?.invocationTaskId ?? 'all'}
            watch={watch}
            task={selected}
            tasks={shown}
            filtered={state !== undefined}
          />
        </div>
      </div>
    </div>
  );
}

function byName(tasks: InvocationTask[]): InvocationTask[] {
  return tasks.sort((a, b) =>
    (a.instanceName || a.instanceId).localeCompare(b.instanceName || b.instanceId, undefined, { numeric: true }),
  );
}
