import type { Action } from '@muster/cloud-api';
import type { Principal } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { TokenBuckets } from '@muster/rpc';

/** How often one principal may call one action. */
export interface CallRateSettings {
  /** Calls a second; 0 for no limit. */
  readonly apiCallsPerSecond: number;
  /** Actions with another limit: `DescribeAutomationAgentStatus=60,RunCommand=5`. */
  readonly apiCallRates: string;
}

/** Counts calls of API 3.0 as the cloud does: for each action and each (sub-)account by itself, a second's worth at once. */
export class CallRates {
  readonly #perSecond: number;
  readonly #exceptions: ReadonlyMap<string, number>;
  readonly #buckets = new Map<number, TokenBuckets>();
  readonly #now: (() => number) | undefined;

  /** Throws for an exception whose name no action has: a limit that is misspelt would be none. */
  constructor({ apiCallsPerSecond, apiCallRates }: CallRateSettings, known: ReadonlySet<string>, now?: () => number) {
    this.#perSecond = apiCallsPerSecond;
    this.#exceptions = new Map(
      apiCallRates
        .split(',')
        .filter((each) => each !== '')
        .map((each) => {
          const [name, perSecond] = each.split('=') as [string, string];
          if (!known.has(name)) throw new Error(`MUSTER_API_CALL_RATES: there is no action \`${name}\``);
          return [name, Number(perSecond)];
        }),
    );
    this.#now = now;
  }

  /** Counts a call. Refusal: RequestLimitExceeded. */
  admit({ accountUin, uin }: Pick<Principal, 'accountUin' | 'uin'>, { product, name }: Action): void {
    const perSecond = this.#exceptions.get(name) ?? this.#perSecond;
    if (perSecond === 0) return;
    const waitMs = this.#bucketsOf(perSecond).take(`${accountUin}/${uin}/${product}:${name}`);
    if (waitMs === 0) return;
    throw new Refusal(
      'exhausted',
      'RequestLimitExceeded',
      `${product}:${name} may be called ${perSecond} times a second by one account; try again in ${waitMs} ms`,
      { retryAfterMs: String(waitMs) },
    );
  }

  /** Actions with the same limit share the memory for it. */
  #bucketsOf(perSecond: number): TokenBuckets {
    const known = this.#buckets.get(perSecond);
    if (known) return known;
    const buckets = new TokenBuckets({ perSecond, burst: perSecond, ...(this.#now ? { now: this.#now } : {}) });
    this.#buckets.set(perSecond, buckets);
    return buckets;
  }
}
