import type { SignedKeySet } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import { accessFrom, halfLifeMs, type Identity, saveIdentity } from './identity.ts';
import { learnKeys } from './pinned-keys.ts';
import type { Refusals } from './refusals.ts';

/** The longest delay that a timer takes. */
const TIMER_MAX_MS = 2 ** 31 - 1;
/** A machine whose clock is this far off has its renewals refused. */
const CLOCK_IS_OFF_MS = 60_000;
/** How much rarer attempts get that fail time and again. */
const RAREST = 10;

/** What keeping credentials needs. */
export interface CredentialKeeperOptions {
  readonly dataDir: string;
  readonly refusals: Refusals;
  /** About how long to wait after a renewal that failed. */
  readonly retryMs: number;
  readonly logger: Logger;
}

/**
 * Holds the machine's identity and renews its credentials at half their life, over and over, however long the service is away. Whose tasks
 * to accept changes only as far as the keys of now vouch for it.
 */
export class CredentialKeeper implements Disposable {
  readonly #options: CredentialKeeperOptions;
  #identity: Identity;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #failures = 0;
  #renewing: boolean = false;
  #renewed = new AbortController();
  #saving: Promise<void> = Promise.resolve();
  /** The service's clock minus this machine's. */
  #clockOffsetMs = 0;

  constructor(identity: Identity, options: CredentialKeeperOptions) {
    this.#options = options;
    this.#identity = identity;
    this.#schedule(halfLifeMs(identity.credentials) - Date.now());
  }

  get identity(): Identity {
    return this.#identity;
  }

  /** Aborts when there are newer credentials than those of now: a connection made with the old ones is worth replacing. */
  renewed(): AbortSignal {
    return this.#renewed.signal;
  }

  /** Hello tells the service's clock; a machine whose own is wrong could not prove itself otherwise. */
  learnClock(serviceNowMs: number): void {
    this.#clockOffsetMs = serviceNowMs - Date.now();
  }

  /** Takes newer signing keys as far as the pinned ones vouch for them; true when there are others now. */
  learnKeys(sets: readonly SignedKeySet[]): boolean {
    const { credentials } = this.#identity;
    const { pinned, proven } = learnKeys(credentials, sets);
    if (!proven) {
      const total = this.#options.refusals.count('unproven-keys');
      this.#options.logger.error({ total }, 'refused new signing keys that no known key vouches for; register again');
    }
    if (pinned.keysMadeMs === credentials.keysMadeMs) return false;
    const keyIds = Object.keys(pinned.signingKeys);
    this.#options.logger.info({ keyIds }, 'accepts other signing keys from now on');
    this.#replace({ ...this.#identity, credentials: { ...credentials, ...pinned } });
    return true;
  }

  /** The bus does not take the credentials. Whatever the clocks say: it is time for others, though not for a whole fleet at once. */
  turnedAway(): void {
    const soonMs = Math.random() * this.#options.retryMs;
    if (this.#failures === 0 && this.#dueMs - performance.now() > soonMs) this.#schedule(soonMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    const delay = Math.min(Math.max(0, delayMs), TIMER_MAX_MS);
    this.#dueMs = performance.now() + delay;
    this.#timer = setTimeout(
      () => (delay === TIMER_MAX_MS ? this.#schedule(delayMs - delay) : void this.#renew()),
      delay,
    );
  }

  async #renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    const { logger, retryMs } = this.#options;
    try {
      const message = await this.#ask();
      const access = accessFrom(message, Date.now());
      this.#replace({ ...this.#identity, credentials: { ...this.#identity.credentials, ...access } });
      this.learnKeys(message.keySets);
      logger.info('renewed the credentials');
      this.#failures = 0;
      const outdated = this.#renewed;
      this.#renewed = new AbortController();
      this.#schedule(halfLifeMs(this.#identity.credentials) - Date.now());
      outdated.abort();
    } catch (error) {
      logger.warn({ err: error }, 'the credentials could not be renewed; trying again');
      const rarer = Math.min(RAREST, 2 ** this.#failures++);
      this.#schedule(retryMs * rarer * (0.5 + Math.random() / 2));
    } finally {
      this.#renewing = false;
    }
  }

  /** A machine whose clock is wrong, and that cannot say hello any more, learns the service's from the answer that refuses it. */
  async #ask() {
    // loaded when it is time: an agent that only waits does without what speaks to the gateway
    const [{ renew }, { Code, ConnectError }] = await Promise.all([
      import('./register.ts'),
      import('@connectrpc/connect'),
    ]);
    const serviceNowMs = () => Date.now() + this.#clockOffsetMs;
    try {
      return await renew(this.#identity, serviceNowMs());
    } catch (error) {
      const { code, metadata } = ConnectError.from(error instanceof Error ? error.cause : error);
      const theirs = Date.parse(metadata.get('date') ?? '');
      if (code !== Code.Unauthenticated || !(Math.abs(theirs - serviceNowMs()) > CLOCK_IS_OFF_MS)) throw error;
      this.learnClock(theirs);
      this.#options.logger.warn(
        { offByMs: -this.#clockOffsetMs },
        "this machine's clock is wrong; using the service's",
      );
      return renew(this.#identity, serviceNowMs());
    }
  }

  /** What cannot be saved counts nonetheless, as long as this process lives. */
  #replace(identity: Identity): void {
    this.#identity = identity;
    const { dataDir, logger } = this.#options;
    this.#saving = this.#saving
      .then(() => saveIdentity(dataDir, identity))
      .catch((error) => logger.error({ err: error }, 'the credentials could not be saved'));
  }
}
