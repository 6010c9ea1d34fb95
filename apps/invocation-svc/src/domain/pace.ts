/** Makes accounts wait after they sent: whoever sent much waits longer. Milliseconds of a clock that only rises. */
export class Pace {
  /** Nobody is in here for long who may send already. */
  readonly #freeAt = new Map<string, number>();

  /** For how long this account has to wait; 0 when it may send now. */
  waitMs(account: string, now: number): number {
    return Math.max(0, (this.#freeAt.get(account) ?? now) - now);
  }

  /** Counts what an account sends now, at so many tasks a second. */
  spend(account: string, tasks: number, { now, perSecond }: { now: number; perSecond: number }): void {
    for (const [other, at] of this.#freeAt) if (at <= now) this.#freeAt.delete(other);
    this.#freeAt.set(account, now + this.waitMs(account, now) + (tasks * 1_000) / perSecond);
  }
}
