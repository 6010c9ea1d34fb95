import { Refusal } from '@muster/kernel';

/** What the body of one request holds, until it is disposed. */
export interface BodyMemory extends Disposable {
  /** Takes so many bytes more. Refusals: RequestLimitExceeded, ServiceUnavailable. */
  hold(bytes: number): void;
}

/** How much of it one address may hold. */
const SHARE = 1 / 4;

/**
 * The memory that bodies take before anybody knows who sent them. It is counted as they come, so that announcing much takes nothing; and one
 * address never takes all of it.
 */
export class BodyMemories {
  readonly #most: number;
  readonly #mostOfOne: number;
  readonly #ofAddress = new Map<string, number>();
  #held = 0;

  constructor(megabytes: number) {
    this.#most = megabytes << 20;
    this.#mostOfOne = this.#most * SHARE;
  }

  open(address: string): BodyMemory {
    let own = 0;
    const change = (bytes: number) => {
      own += bytes;
      this.#held += bytes;
      const ofAddress = (this.#ofAddress.get(address) ?? 0) + bytes;
      if (ofAddress === 0) this.#ofAddress.delete(address);
      else this.#ofAddress.set(address, ofAddress);
    };
    return {
      hold: (bytes) => {
        change(bytes);
        if (this.#ofAddress.get(address)! > this.#mostOfOne) {
          throw busy('exhausted', 'RequestLimitExceeded', `${this.#mostOfOne} bytes of requests from this address`);
        }
        if (this.#held > this.#most) {
          throw busy('unavailable', 'ServiceUnavailable', `${this.#most} bytes of requests`);
        }
      },
      [Symbol.dispose]: () => change(-own),
    };
  }
}

function busy(kind: 'exhausted' | 'unavailable', reason: string, what: string): Refusal {
  return new Refusal(kind, reason, `${what} are under way; try again in a second`, { retryAfterMs: '1000' });
}
