/** When head-room is kept, and how much of its full rates an account keeps. */
export interface HeadroomRules {
  /** How busy the service may be, between 0 and 1. */
  readonly mostBusy: number;
  /** The share that every account keeps, above 0. */
  readonly leastShare: number;
  /** For how many milliseconds an account that was seen counts as there. */
  readonly rememberedMs: number;
}

/** The share falls by a third of itself at once, and comes back a hundredth of the whole at a time. */
const CUT = 2 / 3;
const GROW = 0.01;

/**
 * What each account gets of its full rates, between 0 and 1: less as soon as the service was busier than it may be, slowly more while it was not. An
 * account that is alone gets all of it, for head-room is for others. Milliseconds are those of a clock that only rises.
 */
export class Headroom {
  readonly #rules: HeadroomRules;
  /** When which account was seen last. */
  readonly #seen = new Map<string, number>();
  #share = 1;

  constructor(rules: HeadroomRules) {
    this.#rules = rules;
  }

  /** Takes note of how busy the service was in the time that has passed, and forgets who has not been seen for long. */
  wasBusy(busy: number, now: number): void {
    const { mostBusy, leastShare, rememberedMs } = this.#rules;
    this.#share = busy > mostBusy ? Math.max(leastShare, this.#share * CUT) : Math.min(1, this.#share + GROW);
    for (const [account, at] of this.#seen) if (at + rememberedMs <= now) this.#seen.delete(account);
  }

  /** The share of an account that wants something now. */
  shareOf(account: string, now: number): number {
    this.#seen.set(account, now);
    return this.#seen.size > 1 ? this.#share : 1;
  }
}
