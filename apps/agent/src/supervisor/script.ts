import type { ChildProcess } from 'node:child_process';
import type { TaskOrder } from '@muster/contract';
import type { End, Standing } from '../domain/outcome.ts';
import type { Ending } from '../ending.ts';
import { uptimeMs } from '../host.ts';
import type { TaskFolder } from '../spool/task-folder.ts';
import { killTree } from './kill-tree.ts';
import { launch } from './launch.ts';
import { CannotStart, type Inherited, prepare } from './prepare.ts';
import { untilExited } from './watch.ts';

/** What running a script needs. */
export interface ScriptContext {
  readonly bootId: string;
  readonly inherited: Inherited;
  readonly ending: Ending;
  /** Why the machine will not run an order, in words. */
  readonly veto: (order: TaskOrder) => string | undefined;
  /** Called whenever there may be more output. */
  readonly changed: () => void;
  readonly signal: AbortSignal;
}

/** How a script ended, and what of its processes could not be killed. */
export interface ScriptEnd {
  readonly end: End;
  readonly survivors: readonly number[];
}

/** Starts a script that has been granted, or goes on with one that was started, up to its end. Rejects when the signal aborts. */
export async function runScript(folder: TaskFolder, standing: Standing, context: ScriptContext): Promise<ScriptEnd> {
  if (standing === 'running') return follow(folder, undefined, context);
  if (standing !== 'claimed') return ended(folder, context.bootId);
  // with the permit taken here no supervisor starts it any more
  if (context.ending.cause && folder.takePermit()) return { end: { kind: 'lost', rebooted: false }, survivors: [] };
  // it may have waited long since it was admitted
  const vetoed = context.veto(folder.order);
  if (vetoed) return { end: { kind: 'refused', reason: vetoed }, survivors: [] };
  try {
    const prepared = await prepare(folder.order, context.inherited);
    return await follow(folder, await launch(folder, prepared, context.bootId), context);
  } catch (error) {
    if (error instanceof CannotStart) return { end: { kind: 'refused', reason: error.message }, survivors: [] };
    throw error;
  }
}

/** Ends every process of a task whose script may be running. */
export function killScript(folder: TaskFolder): Promise<number[]> {
  return killTree(folder.id, () => folder.traces().exited);
}

async function follow(folder: TaskFolder, child: ChildProcess | undefined, context: ScriptContext): Promise<ScriptEnd> {
  const { ending, changed, signal } = context;
  using _limit = timeLimit(folder, ending);
  const gaveUp = new AbortController();
  const exited = untilExited(folder, { child, changed, signal: AbortSignal.any([signal, gaveUp.signal]) });
  const killed = ending.begun.then(() => killScript(folder));
  await Promise.race([exited, killed]);
  if (!ending.cause) return ended(folder, context.bootId);
  // the script itself may be gone while something of its tree still has to be killed
  const survivors = await killed;
  gaveUp.abort();
  await exited.catch(() => {});
  signal.throwIfAborted();
  return { end: endOf(folder, context.bootId), survivors };
}

/** The end as the folder tells it; a script that lost its supervisor is not left running. */
async function ended(folder: TaskFolder, bootId: string): Promise<ScriptEnd> {
  const end = endOf(folder, bootId);
  const orphaned = end.kind === 'lost' && !end.rebooted;
  return { end, survivors: orphaned ? await killTree(folder.id, () => true) : [] };
}

function endOf(folder: TaskFolder, bootId: string): End {
  const exit = folder.exit();
  if (exit) return { kind: 'exited', status: exit.status, reached: folder.reached() };
  return { kind: 'lost', rebooted: folder.launch()?.bootId !== bootId };
}

/** The limit counts from the start, also when an earlier agent started it. */
function timeLimit(folder: TaskFolder, ending: Ending): Disposable {
  const now = uptimeMs();
  const running = now - (folder.launch()?.uptimeMs ?? now);
  const timer = setTimeout(
    () => void ending.begin('TIMEOUT'),
    Math.max(0, folder.order.timeoutSeconds * 1_000 - running),
  );
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
