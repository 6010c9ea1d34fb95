import type { subjects } from '@muster/bus';
import { TokenBuckets } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';

type UpKind = subjects.UpKind;

/** How often a machine may say what. An honest one is far below: it waits for the answer to one report before it sends the next. */
const BUDGETS: Record<UpKind, { readonly perSecond: number; readonly burst: number }> = {
  hello: { perSecond: 1, burst: 30 },
  heartbeat: { perSecond: 2, burst: 30 },
  start: { perSecond: 100, burst: 1_000 },
  output: { perSecond: 200, burst: 2_000 },
  result: { perSecond: 100, burst: 1_000 },
};

/** Messages of one machine, and bytes of all, that may be under way at the same time. */
const MOST_OF_ONE = 64;
const MOST_BYTES = 64 << 20;

/** Lets messages of machines through, or drops them. */
export interface Floodgate {
  /** Asked before anything looks at a message; undefined drops it, otherwise it is disposed when the message has been handled. */
  admit(subject: string, bytes: number): Disposable | undefined;
}

/**
 * Keeps one machine that floods from costing the others more than its share. What is dropped is not lost: a report that gets no answer is
 * sent again, and every other word of a machine is repeated sooner or later.
 */
export function floodgate(logger: Logger, now?: () => number): Floodgate {
  const clock = now ? { now } : {};
  const buckets = new Map(
    Object.entries(BUDGETS).map(([kind, budget]) => [kind, new TokenBuckets({ ...budget, ...clock })]),
  );
  const warnings = new TokenBuckets({ perSecond: 1 / 60, burst: 1, ...clock });
  const underWay = new Map<string, number>();
  let bytesUnderWay = 0;
  let dropped = 0;

  const drop = (instanceId: string, kind: string) => {
    dropped++;
    // one line a minute and machine: a flood of words must not become a flood of lines
    if (warnings.take(instanceId) === 0)
      logger.warn({ instanceId, kind, dropped }, 'a machine floods; what is too much is dropped');
    return undefined;
  };
  return {
    admit(subject, bytes) {
      const [way, , instanceId = '', kind = ''] = subject.split('.');
      if (way !== 'up') return NOTHING;
      const open = underWay.get(instanceId) ?? 0;
      if (open >= MOST_OF_ONE || bytesUnderWay + bytes > MOST_BYTES) return drop(instanceId, kind);
      if ((buckets.get(kind)?.take(instanceId) ?? 0) > 0) return drop(instanceId, kind);
      underWay.set(instanceId, open + 1);
      bytesUnderWay += bytes;
      return {
        [Symbol.dispose]() {
          bytesUnderWay -= bytes;
          const left = underWay.get(instanceId)! - 1;
          if (left === 0) underWay.delete(instanceId);
          else underWay.set(instanceId, left);
        },
      };
    },
  };
}

const NOTHING: Disposable = { [Symbol.dispose]() {} };
