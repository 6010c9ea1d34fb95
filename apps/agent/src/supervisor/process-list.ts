import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessInfo } from '../domain/process-tree.ts';

/**
 * Every process of the machine. Those of the task's control groups are marked, and those with `mark`, a `NAME=value`, in their environment;
 * one that may not be read counts as unmarked.
 */
export function listProcesses(mark: string, grouped: ReadonlySet<number>): ProcessInfo[] {
  return pids().flatMap((pid) => {
    // the name in parentheses may hold anything, also a parenthesis
    const stat = read(pid, 'stat');
    const [state, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (!state || state === 'Z' || state === 'X') return [];
    const marked = grouped.has(pid) || `\0${read(pid, 'environ')}`.includes(`\0${mark}\0`);
    return [{ pid, parent: Number(parent), session: Number(session), marked }];
  });
}

/** The ids that the processes of this machine are marked with: `MUSTER_TASK_ID` in their environment. */
export function listMarks(): Set<string> {
  return new Set(pids().flatMap((pid) => /(?:^|\0)MUSTER_TASK_ID=([^\0]*)/.exec(read(pid, 'environ'))?.[1] ?? []));
}

/** The process that supervises a task, found by its command line; undefined when there is none. */
export function findSupervisor(taskId: string): number | undefined {
  return pids().find((pid) => isSupervisor(pid, taskId));
}

/** Whether this process still is the supervisor of the task: numbers are used again. */
export function isSupervisor(pid: number, taskId: string): boolean {
  const [, script, id] = read(pid, 'cmdline').split('\0');
  return script?.endsWith('/supervisor.sh') === true && id === taskId;
}

function pids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}
