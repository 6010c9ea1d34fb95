import { isFinished } from './domain/invocation-status.ts';
import type { RunChange } from './domain/run-change.ts';
import type { FiringContext } from './fire.ts';
import type { InvokerContext } from './invoker-context.ts';
import { SlotStore } from './store/slot-store.ts';
import { startScheduler } from './timers/scheduler.ts';

/** Schedules at work: what their gRPC doors use. */
export interface Invokers extends AsyncDisposable {
  readonly context: InvokerContext;
  /** Hears of committed changes: the end of a run is what a queued slot waits for. */
  committed(changes: readonly RunChange[]): void;
}

/** Starts firing schedules; disposing the result stops it. */
export function startInvokers(parts: FiringContext): Invokers {
  const { write, clock, logger } = parts;
  const scheduler = startScheduler(parts);
  const ended = (invokerId: string) => {
    write(({ trx }) => new SlotStore(trx).tryWaiting(invokerId, clock.now())).then(
      (waited) => waited && scheduler.kick(),
      (error) => logger.error({ err: error, invokerId }, 'a queued slot waits for the next one'),
    );
  };
  return {
    context: { ...parts, kickScheduler: scheduler.kick },
    committed(changes) {
      for (const change of changes) {
        if (change.kind !== 'invocation' || !isFinished(change.invocation.status)) continue;
        const { invokerId } = change.invocation;
        if (invokerId !== undefined) ended(invokerId);
      }
    },
    [Symbol.asyncDispose]: () => scheduler[Symbol.asyncDispose](),
  };
}
