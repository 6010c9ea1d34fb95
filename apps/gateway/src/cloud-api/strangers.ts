import { Code, ConnectError } from '@connectrpc/connect';
import { Refusal } from '@muster/kernel';
import { RateLimiter } from '@muster/rpc';

/** How many requests that nobody could authenticate one address may send. */
export interface StrangerRates {
  /** A second; 0 for no limit. */
  readonly publicCallsPerSecond: number;
  /** For how many seconds they may be saved up. */
  readonly burstSeconds: number;
}

/** Counts requests that are refused before anybody knows whose they are, so that a flood of them ends here and not at iam-svc. */
export class Strangers {
  readonly #limiter: RateLimiter;

  constructor({ publicCallsPerSecond, burstSeconds }: StrangerRates) {
    // what accounts may do is counted by action, and by each service
    const accounts = { readsPerSecond: 0, writesPerSecond: 0, openStreams: 0 };
    this.#limiter = new RateLimiter({ publicCallsPerSecond, burstSeconds, ...accounts });
  }

  /** Refusal: RequestLimitExceeded, for an address that sent too many of them. */
  admit(address: string): void {
    const refusal = this.#limiter.refusalOfAddress(address);
    if (refusal) throw refusal;
  }

  /** Counts a request that ended in this error; a service that is away is nobody's fault. */
  count(address: string, error: unknown): void {
    const refused = error instanceof ConnectError ? error.code === Code.Unauthenticated : error instanceof Refusal;
    if (refused && !this.#limiter.refusalOfAddress(address)) this.#limiter.admitAddress(address);
  }
}
