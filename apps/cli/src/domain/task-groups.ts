import type { TaskStatusName } from './outcome.ts';

/** What a task of a long list is grouped by. */
interface Ended {
  readonly name: string;
  readonly status: TaskStatusName;
  readonly exitCode: number | undefined;
  readonly reason: string;
}

/** Machines on which a run ended in the same way. */
export interface TaskGroup {
  readonly status: TaskStatusName;
  readonly exitCode: number | undefined;
  readonly reason: string;
  readonly count: number;
  /** The first of them. */
  readonly example: string;
}

/** Groups tasks by how they ended, the largest group first. Numbers in a reason, such as a duration or an id, do not tell groups apart. */
export function groupTasks(tasks: readonly Ended[]): TaskGroup[] {
  const groups = new Map<string, TaskGroup>();
  for (const { name, status, exitCode, reason } of tasks) {
    const key = JSON.stringify([status, exitCode, reason.replace(/\d+/g, '0')]);
    const known = groups.get(key);
    groups.set(
      key,
      known ? { ...known, count: known.count + 1 } : { status, exitCode, reason, count: 1, example: name },
    );
  }
  return [...groups.values()].toSorted((one, other) => other.count - one.count);
}
