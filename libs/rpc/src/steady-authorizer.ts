import { Refusal } from '@muster/kernel';
import {
  BulkheadRejectedError,
  bulkhead,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
  SamplingBreaker,
  wrap,
} from 'cockatiel';
import type { Authorizer, Patience } from './authorizer.ts';

/** How much of a slow decision point is borne. */
export interface SteadyOptions {
  /** Decisions asked for at the same time. */
  readonly concurrent?: number;
  /** Calls that wait for their turn to ask; more are refused at once. */
  readonly queued?: number;
  /** A decision that takes this long, in milliseconds, counts as one that failed, though its answer is used. */
  readonly slowMs?: number;
  /** Over how long, in milliseconds, failures are weighed. */
  readonly windowMs?: number;
  /** Decisions within the window below which nothing is concluded. */
  readonly atLeast?: number;
  /** How long nobody asks, in milliseconds, once half of all decisions fail; then one call tries. */
  readonly restMs?: number;
}

/** An answer and whether it came too slowly. */
interface Timed<T> {
  readonly value: T;
  readonly slow: boolean;
}

/**
 * Keeps calls from piling up behind decisions that take too long: only so many ask at once, only so many wait, and while most fail nobody
 * asks at all but one caller a second who tries. Whoever may not ask is refused as unavailable: it fails closed.
 */
export function steadyAuthorizer(authorizer: Authorizer, options: SteadyOptions = {}): Authorizer {
  const { concurrent = 64, queued = 256, slowMs = 1_000, windowMs = 10_000, atLeast = 20, restMs = 1_000 } = options;
  const failing = handleWhen(isUnavailable).orWhenResult((answer) => (answer as Timed<unknown>).slow);
  const breaker = circuitBreaker(failing, {
    halfOpenAfter: restMs,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: windowMs, minimumRps: atLeast / (windowMs / 1_000) }),
  });
  // those who wait for the caller that tries are counted too
  const policy = wrap(bulkhead(concurrent, queued), breaker);

  const ask = async <T>(patience: Patience | undefined, question: () => Promise<T>): Promise<T> => {
    const until = patience?.until ?? Number.POSITIVE_INFINITY;
    try {
      const { value } = await policy.execute(async (): Promise<Timed<T>> => {
        if (Date.now() >= until) throw new OutOfTime();
        const began = performance.now();
        const slow = () => performance.now() - began >= slowMs;
        try {
          return { value: await question(), slow: slow() };
        } catch (error) {
          // a caller in a hurry says nothing about the decision point
          throw Date.now() >= until && !slow() ? new OutOfTime() : error;
        }
      });
      return value;
    } catch (error) {
      throw asRefusal(error);
    }
  };
  return {
    authenticate: (context, patience) => ask(patience, () => authorizer.authenticate(context, patience)),
    authorize: (question, patience) => ask(patience, () => authorizer.authorize(question, patience)),
    plan: (question, patience) => ask(patience, () => authorizer.plan(question, patience)),
  };
}

/** The caller's own deadline has passed. */
class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Refusal ? error.kind === 'unavailable' : !(error instanceof OutOfTime);
}

function asRefusal(error: unknown): unknown {
  if (error instanceof OutOfTime) return unavailable('the deadline of the call passed before access was decided');
  if (error instanceof BulkheadRejectedError || isBrokenCircuitError(error)) {
    return unavailable('access decisions take too long at the moment; the call was refused, try again in a second');
  }
  return error;
}

function unavailable(message: string): Refusal {
  return new Refusal('unavailable', 'ServiceUnavailable', message, { retryAfterMs: '1000' });
}
