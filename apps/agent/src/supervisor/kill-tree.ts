import { setTimeout as sleep } from 'node:timers/promises';
import { treeOf } from '../domain/process-tree.ts';
import { listProcesses } from './process-list.ts';

/** How long a script may take to end after TERM. */
const GRACE_MS = 5_000;
/** How long after KILL the agent goes on looking for survivors. */
const GIVE_UP_MS = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Ends the whole tree of a task: TERM to every process as it is found, after the grace KILL. Resolves when none is left and the
 * supervisor noted the end (`exited`: a script that is about to start has no mark yet), or with those that would not die.
 */
export async function killTree(taskId: string, exited: () => boolean): Promise<number[]> {
  const mark = `MUSTER_TASK_ID=${taskId}`;
  const asked = new Set<number>();
  let sessions = new Set<number>();
  const start = performance.now();
  for (;;) {
    const tree = treeOf(listProcesses(mark), sessions);
    sessions = tree.sessions;
    if (tree.pids.size === 0 && exited()) return [];
    const waited = performance.now() - start;
    if (waited > GRACE_MS + GIVE_UP_MS) return [...tree.pids];
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
