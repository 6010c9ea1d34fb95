import type { ChildProcess } from 'node:child_process';
import { type FSWatcher, watch } from 'node:fs';
import type { TaskFolder } from '../spool/task-folder.ts';
import { PERMIT_TAKEN } from './launch.ts';
import { findSupervisor, isSupervisor } from './process-list.ts';

/** Where notifications do not reach (network file systems, no watches left), files are looked at this often. */
const LOOK_EVERY_MS = 500;

/**
 * Watches the folder of a started script. `changed` is called whenever there may be more output. Resolves with whether the supervisor
 * noted the end; without that note it was killed. `child` is absent for a script that an earlier agent started.
 */
export function untilExited(
  folder: TaskFolder,
  { child, changed, signal }: { child?: ChildProcess; changed: () => void; signal: AbortSignal },
): Promise<boolean> {
  const adopted = child ? undefined : findSupervisor(folder.id);
  let ours = child;
  const supervised = () => {
    if (ours?.exitCode === PERMIT_TAKEN) ours = undefined;
    if (ours) return ours.exitCode === null && ours.signalCode === null;
    const pid = adopted ?? findSupervisor(folder.id);
    return pid !== undefined && isSupervisor(pid, folder.id);
  };
  return new Promise((resolve, reject) => {
    const look = () => {
      // in this order: a supervisor that ends between the two questions has noted the end before
      const alive = supervised();
      const exited = folder.exit() !== undefined;
      changed();
      if (!exited && alive) return;
      stop();
      resolve(exited);
    };
    const give = () => {
      stop();
      reject(signal.reason);
    };
    const watcher = watchFolder(folder.path, look);
    const timer = setInterval(look, LOOK_EVERY_MS);
    child?.once('exit', look);
    signal.addEventListener('abort', give, { once: true });
    const stop = () => {
      watcher?.close();
      clearInterval(timer);
      child?.off('exit', look);
      signal.removeEventListener('abort', give);
    };
    if (signal.aborted) give();
    else look();
  });
}

/** Undefined where the system has no more watches to give. */
function watchFolder(path: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(path, changed).on('error', () => {});
  } catch {
    return undefined;
  }
}
