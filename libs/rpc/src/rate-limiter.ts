import { setTimeout as sleep } from 'node:timers/promises';
import type { DescMethod } from '@bufbuild/protobuf';
import { type Principal, PrincipalType } from '@muster/contract';
import { Lru, Refusal } from '@muster/kernel';
import { integer, setting, type Values } from '@muster/telemetry';
import { Lanes } from './lanes.ts';
import { TokenBuckets } from './token-buckets.ts';

const rate = (fallback: number) => integer({ min: 0, max: 1_000_000, fallback });

/** How much one account, and one address, may ask of a service. Every service counts for itself. */
export const rateSettings = {
  readsPerSecond: setting(
    'MUSTER_READS_PER_SECOND',
    rate(100),
    'calls a second by which an account may look at things here; more are refused with RequestLimitExceeded. 0 for no limit',
  ),
  writesPerSecond: setting(
    'MUSTER_WRITES_PER_SECOND',
    rate(50),
    'calls a second by which an account may change things or run commands here; 0 for no limit',
  ),
  publicCallsPerSecond: setting(
    'MUSTER_PUBLIC_CALLS_PER_SECOND',
    rate(100),
    'calls a second from one address that nobody has authenticated (logins, registrations, refused tokens); 0 for no limit',
  ),
  burstSeconds: setting(
    'MUSTER_BURST_SECONDS',
    integer({ min: 1, max: 3_600, fallback: 4 }),
    'for how many seconds such calls may be saved up: after a pause, as many come through at once',
  ),
  openStreams: setting(
    'MUSTER_OPEN_STREAMS',
    rate(500),
    'streams (followed runs, outputs) that an account may hold open here at the same time; 0 for no limit',
  ),
};

export type Rates = Values<typeof rateSettings>;

/** What a call does, as far as limits tell calls apart. */
export type ActionClass = 'read' | 'write';

const READS =
  /^(Describe|Get(?!FederationToken|SessionToken)|List|Watch|Search|Preview|Export|Verify|Simulate|Explain|Analyze|Diff|Check|Lint|Who|Find|Resolve|Count|Plan)/;

/** By the method's name: whatever does not plainly look at things changes them, and so does what hands out credentials. */
export function classOf({ name }: Pick<DescMethod, 'name'>): ActionClass {
  return READS.test(name) ? 'read' : 'write';
}

/** Credentials whose account is remembered, so that a flood is refused without asking iam-svc about each call of it. */
const REMEMBERED = 10_000;

/** Calls of one account that are answered at the same time, and how many wait for that. */
const AT_ONCE = 4;
const MOST_WAITING = 200;
const MOST_REST_MS = 1_000;
/** The pace of refusals of one account. */
const BETWEEN_REFUSALS_MS = 20;

/** A limit that may be taken from, and its words. */
interface Limit {
  readonly buckets: TokenBuckets;
  readonly refusal: (waitMs: number) => Refusal;
}

/** What a limiter is told besides its rates. */
export interface LimiterOptions {
  /** The share of the time for which places of an account may be held at this moment, above 0 and up to 1. */
  readonly shareOf?: (accountUin: string) => number;
  /** Milliseconds that only rise. */
  readonly now?: () => number;
}

/** The limits of one service. Everything it remembers is bounded; what it forgets begins anew. */
export class RateLimiter {
  readonly #limits: Partial<Record<ActionClass | 'public', Limit>>;
  readonly #openStreams: number;
  readonly #calls: Lanes;
  readonly #refusals = new Lanes({ width: 1, mostWaiting: MOST_WAITING });
  readonly #open = new Map<string, number>();
  readonly #accounts = new Lru<string, string>(REMEMBERED);

  constructor(rates: Rates, { shareOf = () => 1, now }: LimiterOptions = {}) {
    // a place that was held for long rests for long: what a call costs counts, not only that there was one
    const rest = (heldMs: number, accountUin: string) => Math.min(heldMs * (1 / shareOf(accountUin) - 1), MOST_REST_MS);
    this.#calls = new Lanes({ width: AT_ONCE, mostWaiting: MOST_WAITING, rest });
    const limit = (perSecond: number, who: string, what: string): Limit | undefined => {
      if (perSecond === 0) return undefined;
      const burst = perSecond * rates.burstSeconds;
      return {
        buckets: new TokenBuckets({ perSecond, burst, ...(now ? { now } : {}) }),
        refusal: (waitMs) =>
          exceeded(`${who} may make ${perSecond} ${what} a second (${burst} after a pause)`, Math.max(1, waitMs)),
      };
    };
    this.#limits = {};
    const read = limit(rates.readsPerSecond, 'an account', 'calls that read');
    const write = limit(rates.writesPerSecond, 'an account', 'calls that write');
    const unknown = limit(rates.publicCallsPerSecond, 'an address', 'calls that nobody has authenticated');
    if (read) this.#limits.read = read;
    if (write) this.#limits.write = write;
    if (unknown) this.#limits.public = unknown;
    this.#openStreams = rates.openStreams || Number.POSITIVE_INFINITY;
  }

  /** The account that a credential was last seen to act in; undefined for one that was not seen. */
  accountOf(credential: string): string | undefined {
    return this.#accounts.get(credential);
  }

  /** Remembers what iam-svc said about a credential. Muster's own services are under no limit. */
  remember(credential: string, { type, accountUin }: Principal): string | undefined {
    if (type === PrincipalType.SERVICE) return undefined;
    this.#accounts.set(credential, accountUin);
    return accountUin;
  }

  forget(credential: string): void {
    this.#accounts.delete(credential);
  }

  /** Counts a call of an account. Refusal: RequestLimitExceeded. */
  admitAccount(accountUin: string, what: ActionClass): void {
    take(this.#limits[what], accountUin);
  }

  /** Waits for a place among the calls of an account that are answered at the same time, held until it is disposed. Refusal: RequestLimitExceeded. */
  async enter(accountUin: string): Promise<Disposable> {
    const place = await this.#calls.enter(accountUin);
    if (!place) throw exceeded(`of an account ${MOST_WAITING} calls may wait for others of it`, 1_000);
    return place;
  }

  /**
   * Holds a refusal of an account back, so that they go out at a bounded pace: to be refused must be no way to ask faster, for a refusal costs
   * the gateway as much as an answer. Where too many are held back it resolves at once.
   */
  async holdBack(accountUin: string): Promise<void> {
    using place = await this.#refusals.enter(accountUin);
    if (place) await sleep(BETWEEN_REFUSALS_MS);
  }

  /** Counts a call that nobody has authenticated. Refusal: RequestLimitExceeded. */
  admitAddress(address: string): void {
    take(this.#limits.public, address);
  }

  /** The refusal of another such call, without counting one. */
  refusalOfAddress(address: string): Refusal | undefined {
    const waitMs = this.#limits.public?.buckets.wait(address) ?? 0;
    return waitMs > 0 ? this.#limits.public!.refusal(waitMs) : undefined;
  }

  /** Holds one of the streams that an account may have open, until it is disposed. Refusal: RequestLimitExceeded. */
  openStream(accountUin: string): Disposable {
    const open = this.#open.get(accountUin) ?? 0;
    if (open >= this.#openStreams) {
      throw exceeded(`an account may hold ${this.#openStreams} streams open at the same time`, 1_000);
    }
    this.#open.set(accountUin, open + 1);
    return {
      [Symbol.dispose]: () => {
        const left = this.#open.get(accountUin)! - 1;
        if (left === 0) this.#open.delete(accountUin);
        else this.#open.set(accountUin, left);
      },
    };
  }
}

function take(limit: Limit | undefined, key: string): void {
  const waitMs = limit?.buckets.take(key) ?? 0;
  if (waitMs > 0) throw limit!.refusal(waitMs);
}

/** The refusal of a call too many: what the limit is and when to try again, also for programs. */
function exceeded(limit: string, waitMs: number): Refusal {
  return new Refusal('exhausted', 'RequestLimitExceeded', `${limit}; try again in ${waitMs} ms`, {
    retryAfterMs: String(waitMs),
  });
}
