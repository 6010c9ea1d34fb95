import type { Metrics } from '@muster/metrics';
import type { RunChange } from './domain/run-change.ts';
import { isFinal } from './domain/task-status.ts';

/** Counts what becomes of runs, from the changes as they are committed. */
export function runMetrics(metrics: Metrics): (changes: readonly RunChange[]) => void {
  const made = metrics.counter('muster_tasks_created_total', 'Tasks of accepted runs', []);
  const ended = metrics.counter('muster_tasks_ended_total', 'Tasks that ended, by their last status', ['status']);
  const bytes = metrics.counter('muster_output_bytes_total', 'Bytes of output received from machines', []);
  return (changes) => {
    for (const change of changes) {
      if (change.kind === 'created') made.inc(change.taskCount);
      else if (change.kind === 'output') bytes.inc(change.output.data.length);
      else if (change.kind === 'task' && isFinal(change.task.status)) ended.inc({ status: change.task.status });
    }
  };
}
