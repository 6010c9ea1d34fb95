import { formatDuration } from './duration.ts';
import { hasEnded, type TaskStatusName, wasCancelled } from './outcome.ts';

/** One machine of a run, as the summary needs it. */
export interface Ended {
  readonly id: string;
  readonly name: string;
  readonly status: TaskStatusName;
}

/** A longer list of names is no help to anybody. */
const NAMES_MAX = 50;

/**
 * The lines that close a run. Their lists can be pasted after `-t`, and are left out when they are long:
 * `Successful on 2 instances: web-1,web-2` · `Failed on 1 instance: db-1` · `Ran on 3 instances in 13.6s`.
 */
export function summaryLines(machines: readonly Ended[], elapsedMs: number): string[] {
  const groups: [string, Ended[]][] = [
    ['Successful', machines.filter(({ status }) => status === 'SUCCESS')],
    ['Failed', machines.filter(({ status }) => hasEnded(status) && status !== 'SUCCESS' && !wasCancelled(status))],
    ['Cancelled', machines.filter(({ status }) => wasCancelled(status))],
    ['Still under way', machines.filter(({ status }) => !hasEnded(status))],
  ];
  const pasteable = pasteableNames(machines);
  return [
    ...groups
      .filter(([, members]) => members.length > 0)
      .map(([word, members]) => {
        const names = members.length > NAMES_MAX ? '' : `: ${members.map(pasteable).join(',')}`;
        return `${word} on ${instances(members.length)}${names}`;
      }),
    `Ran on ${instances(machines.length)} in ${formatDuration(elapsedMs)}`,
  ];
}

/** `1 instance`, `3 instances`. */
export function instances(count: number): string {
  return `${count} ${count === 1 ? 'instance' : 'instances'}`;
}

/** A machine's name where `-t` would find exactly it again, its id otherwise. */
export function pasteableNames<M extends { id: string; name: string }>(machines: readonly M[]): (machine: M) => string {
  const counts = new Map<string, number>();
  for (const { name } of machines) counts.set(name, (counts.get(name) ?? 0) + 1);
  return ({ id, name }) => (counts.get(name) === 1 && /^[\p{L}\p{N}._-]+$/u.test(name) ? name : id);
}
