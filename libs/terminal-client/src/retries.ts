import { backoff } from './backoff.ts';

/** How long the first connection may take, all attempts together. */
export const FIRST_MS = 20_000;
/** How long after the grace it is still tried: whoever is reached then says how the session ended. */
export const BEYOND_GRACE_MS = 60_000;
/** A connection that stood for so long was a good one: the attempts after it begin anew. */
const GOOD_MS = 5_000;

/** When a link tries again, and when it gives up. */
export class Retries {
  readonly #attempt: () => void;
  #giveUpAfterMs = FIRST_MS;
  #lostAt: number | undefined = Date.now();
  #stoodAt = Number.POSITIVE_INFINITY;
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(attempt: () => void) {
    this.#attempt = attempt;
  }

  /** How many attempts there were since the last good connection. */
  get count(): number {
    return this.#count;
  }

  /** A connection stands. */
  stood(graceMs: number): void {
    this.#giveUpAfterMs = graceMs + BEYOND_GRACE_MS;
    this.#lostAt = undefined;
    this.#stoodAt = Date.now();
  }

  /** It does not, or an attempt failed. Answers when the next one is (milliseconds since 1970); undefined: there is none. */
  lost(): number | undefined {
    const now = Date.now();
    if (now - this.#stoodAt >= GOOD_MS) this.#count = 0;
    this.#stoodAt = Number.POSITIVE_INFINITY;
    this.#lostAt ??= now;
    if (now - this.#lostAt > this.#giveUpAfterMs) return undefined;
    this.#count++;
    const wait = backoff(this.#count, Math.random());
    this.#timer = setTimeout(() => this.#now(), wait);
    return now + wait;
  }

  /** Makes the next attempt at once, if one is waited for. */
  hurry(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#now();
  }

  /** There will be none. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #now(): void {
    this.#timer = undefined;
    this.#attempt();
  }
}
