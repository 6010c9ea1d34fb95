import { Lru } from '@muster/kernel';

/** How fast buckets fill, and how much they hold. */
export interface BucketOptions {
  /** Tokens a second. */
  readonly perSecond: number;
  /** The most that a bucket holds, and what it begins with; at least 1. */
  readonly burst: number;
  /** Keys remembered at most. Who is forgotten begins with a full bucket, so those used longest ago go first: theirs are full. */
  readonly capacity?: number;
  /** Milliseconds that only rise. */
  readonly now?: () => number;
}

const CAPACITY = 10_000;

/**
 * One token bucket for each key, as the moment at which it is full again: one number a key, and nothing that ticks. (The limiters of
 * rate-limiter-flexible count in fixed windows, with a timer for each key and no bound on how many keys there are.)
 */
export class TokenBuckets {
  readonly #intervalMs: number;
  readonly #spanMs: number;
  readonly #now: () => number;
  readonly #fullAt: Lru<string, number>;

  constructor({ perSecond, burst, capacity = CAPACITY, now = () => performance.now() }: BucketOptions) {
    this.#intervalMs = 1_000 / perSecond;
    this.#spanMs = this.#intervalMs * burst;
    this.#now = now;
    this.#fullAt = new Lru(capacity);
  }

  /** Takes a token: 0 when there was one, otherwise the milliseconds until there will be one, and nothing is taken. */
  take(key: string): number {
    const waitMs = this.wait(key);
    if (waitMs === 0) {
      this.#fullAt.set(key, Math.max(this.#now(), this.#fullAt.get(key) ?? 0) + this.#intervalMs);
    }
    return waitMs;
  }

  /** Milliseconds until there is a token; 0 when there is one now. */
  wait(key: string): number {
    const waitMs = (this.#fullAt.get(key) ?? 0) - this.#now() - (this.#spanMs - this.#intervalMs);
    // less than a microsecond is what adding fractions leaves
    return waitMs > 0.001 ? Math.ceil(waitMs) : 0;
  }
}
