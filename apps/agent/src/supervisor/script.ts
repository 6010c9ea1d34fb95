import type { ChildProcess } from 'node:child_process';
import type { TaskOrder } from '@muster/contract';
import type { End, Standing } from '../domain/outcome.ts';
import type { Ending } from '../ending.ts';
import { uptimeMs } from '../host.ts';
import type { TaskFolder } from '../spool/task-folder.ts';
import { CannotStart } from './account.ts';
import type { ControlGroups } from './control-groups.ts';
import { killTree } from './kill-tree.ts';
import { launch } from './launch.ts';
import { type Inherited, prepare } from './prepare.ts';
import { untilExited } from './watch.ts';

/** What running a script needs. */
export interface ScriptContext {
  readonly bootId: string;
  readonly inherited: Inherited;
  readonly ending: Ending;
  readonly groups: ControlGroups;
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
  if (standing !== 'claimed') return ended(folder, context);
  // with the permit taken here no supervisor starts it any more
  if (context.ending.cause && folder.takePermit()) return { end: { kind: 'lost', rebooted: false }, survivors: [] };
  // it may have waited long since it was admitted
  const vetoed = context.veto(folder.order);
  if (vetoed) return { end: { kind: 'refused', reason: vetoed }, survivors: [] };
  try {
    const prepared = await prepare(folder.order, context.inherited);
    return await follow(folder, await launch(folder, prepared, context), context);
  } catch (error) {
    if (error instanceof CannotStart) return { end: { kind: 'refused', reason: error.message }, survivors: [] };
    throw error;
  }
}

/** Ends every process of a task whose script may be running. */
export function killScript(folder: TaskFolder, groups: ControlGroups): Promise<number[]> {
  return killTree(folder.order, { groups, exited: () => folder.traces().exited });
}

async function follow(folder: TaskFolder, child: ChildProcess | undefined, context: ScriptContext): Promise<ScriptEnd> {
  const { ending, changed, signal, groups } = context;
  using _limit = timeLimit(folder, ending);
  const gaveUp = new AbortController();
  const exited = untilExited(folder, { child, changed, signal: AbortSignal.any([signal, gaveUp.signal]) });
  const killed = ending.begun.then(() => killScript(folder, groups));
  await Promise.race([exited, killed]);
  if (!ending.cause) return ended(folder, context);
  // the script itself may be gone while something of its tree still has to be killed
  const survivors = await killed;
  gaveUp.abort();
  await exited.catch(() => {});
  signal.throwIfAborted();
  return { end: endOf(folder, context), survivors };
}

/** The end as the folder tells it; a script that lost its supervisor is not left running. */
async function ended(folder: TaskFolder, context: Pick<ScriptContext, 'bootId' | 'groups'>): Promise<ScriptEnd> {
  const end = endOf(folder, context);
  const orphaned = end.kind === 'lost' && !end.rebooted;
  const { groups } = context;
  return { end, survivors: orphaned ? await killTree(folder.order, { groups, exited: () => true }) : [] };
}

function endOf(folder: TaskFolder, { bootId, groups }: Pick<ScriptContext, 'bootId' | 'groups'>): End {
  const exit = folder.exit();
  if (exit) {
    const outOfMemory = groups.ranOutOfMemory(folder.order);
    return { kind: 'exited', status: exit.status, reached: folder.reached(), outOfMemory };
  }
  return { kind: 'lost', rebooted: folder.launch()?.bootId !== bootId };
}

/** The limit counts from the start, also when an earlier agent started it. */
function timeLimit(folder: TaskFolder, ending: Ending): Disposable {
  const now = uptimeMs();
  const running = now - (folder.launch()?.uptimeMs ?? now);
  const timer = setTimeout(
    // where it cannot be noted, the result still says it
    () => void ending.begin('TIMEOUT').catch(() => {}),
    Math.max(0, folder.order.timeoutSeconds * 1_000 - running),
  );
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
