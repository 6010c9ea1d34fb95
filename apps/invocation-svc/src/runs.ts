import { join } from 'node:path';
import type { Subscription } from '@muster/bus';
import { settleRestoration } from './after-restore.ts';
import { serveTaskOutput } from './consumers/task-output.ts';
import { serveTaskResult } from './consumers/task-result.ts';
import { serveTaskStart } from './consumers/task-start.ts';
import type { Context } from './context.ts';
import type { RetentionRules } from './domain/output-retention.ts';
import type { TaskHooks } from './machine-context.ts';
import { taskHooks } from './task-hooks.ts';
import { openTaskKeys } from './task-keys.ts';
import { taskSigner } from './task-signer.ts';
import { startDispatch } from './timers/dispatch.ts';
import { startOutputRetention } from './timers/expire-output.ts';
import { startForgettingTokens } from './timers/forget-client-tokens.ts';
import { startOutputPacking } from './timers/pack-output.ts';
import { startWatchdog } from './timers/watchdog.ts';

/** What keeping runs needs besides their doors' own parts. */
export interface RunsOptions extends Omit<Context, 'signer' | 'kickDispatch'> {
  /** The folder of the service's data. */
  readonly dataDir: string;
  /** Resolves once nothing waits to be written. */
  readonly written: () => Promise<void>;
  /** How long output is kept. */
  readonly retention: RetentionRules;
}

/** Runs under way: what their gRPC doors use, and what sessions of machines have to do with them. */
export interface Runs extends AsyncDisposable {
  readonly context: Context;
  readonly hooks: TaskHooks;
}

/** Starts sending orders and listening to what becomes of them; disposing the result stops it. */
export async function startRuns({ dataDir, retention, written, ...parts }: RunsOptions): Promise<Runs> {
  const signer = taskSigner(await openTaskKeys(join(dataDir, 'task-signing'), parts.clock));
  await settleRestoration(parts);
  const dispatch = startDispatch({ ...parts, signer });
  const timers = [
    dispatch,
    startWatchdog({ ...parts, isSending: dispatch.isSending }),
    startOutputPacking(parts),
    startOutputRetention({ ...parts, retention }),
    startForgettingTokens(parts),
  ];
  const subscriptions: Subscription[] = [serveTaskStart(parts), serveTaskOutput(parts), serveTaskResult(parts)];
  await parts.bus.flush();
  const context: Context = { ...parts, signer, kickDispatch: dispatch.kick };
  return {
    context,
    hooks: taskHooks(context),
    async [Symbol.asyncDispose]() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      await Promise.all(timers.map((timer) => timer[Symbol.asyncDispose]()));
      // what was handed in before is committed before the store closes
      await written();
    },
  };
}
