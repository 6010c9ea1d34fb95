import { setTimeout as sleep } from 'node:timers/promises';
import { treeOf } from '../domain/process-tree.ts';
import type { ControlGroups, Member } from './control-groups.ts';
import { listProcesses } from './process-list.ts';

/** How long a script may take to end after TERM. */
const GRACE_MS = 5_000;
/** How long after KILL the agent goes on looking for survivors. */
const GIVE_UP_MS = 5_000;
const LOOK_EVERY_MS = 50;

/** How the tree of a task is found, and known to be complete. */
export interface TreeContext {
  readonly groups: ControlGroups;
  /** Whether the supervisor noted the end: a script that is about to start is in no group and has no mark yet. */
  readonly exited: () => boolean;
}

/**
 * Ends the whole tree of a task: TERM to every process as it is found, after the grace KILL, to the control group as a whole where there is
 * one. Resolves when none is left and the end is noted, or with those that would not die.
 */
export async function killTree(task: Member, { groups, exited }: TreeContext): Promise<number[]> {
  const mark = `MUSTER_TASK_ID=${task.invocationTaskId}`;
  const asked = new Set<number>();
  let sessions = new Set<number>();
  const start = performance.now();
  for (;;) {
    const tree = treeOf(listProcesses(mark, groups.members(task)), sessions);
    sessions = tree.sessions;
    if (tree.pids.size === 0 && exited()) return [];
    const waited = performance.now() - start;
    if (waited > GRACE_MS + GIVE_UP_MS) return [...tree.pids];
    if (waited > GRACE_MS) groups.kill(task);
    for (const pid of tree.pids) {
      if (waited > GRACE_MS) signal(pid, 'SIGKILL');
      else if (!asked.has(pid)) signal(pid, 'SIGTERM');
      asked.add(pid);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone meanwhile, or not ours to kill: then it is named among the survivors
  }
}
