import type { Invocation, InvocationTask } from '@muster/contract';
import { useNow } from '../ui/moment.tsx';
import { duration, instant } from '../ui/time.ts';
import { isOpen, shownInvocation, shownTask } from './statuses.ts';

/** How long a run took, or has been taking. */
export function Took({ run }: { run: Invocation }) {
  const now = useNow();
  const from = instant(run.startTime);
  if (from === undefined) return <span>–</span>;
  const to = isOpen(shownInvocation(run.invocationStatus)) ? now : (instant(run.endTime) ?? now);
  return <span className="nums">{duration(to - from)}</span>;
}

/** The same for one machine. */
export function TaskTook({ task }: { task: InvocationTask }) {
  const now = useNow();
  const from = instant(task.taskResult?.execStartTime ?? task.startTime);
  if (from === undefined) return null;
  const to = isOpen(shownTask(task.taskStatus)) ? now : (instant(task.taskResult?.execEndTime ?? task.endTime) ?? now);
  return <span className="nums">{duration(to - from)}</span>;
}
