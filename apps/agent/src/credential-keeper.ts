import type { Logger } from '@muster/telemetry';
import { halfLifeMs, type Identity, saveIdentity } from './identity.ts';
import { renew } from './register.ts';

const RETRY_MS = 60_000;
/** The longest delay that a timer takes. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Holds the machine's identity and renews its credentials at half their life, over and over, however long the service is away. */
export class CredentialKeeper implements Disposable {
  readonly #dataDir: string;
  readonly #logger: Logger;
  #identity: Identity;
  #timer: NodeJS.Timeout | undefined;
  #renewed = new AbortController();
  /** The service's clock minus this machine's. */
  #clockOffsetMs = 0;

  constructor(dataDir: string, identity: Identity, logger: Logger) {
    this.#dataDir = dataDir;
    this.#identity = identity;
    this.#logger = logger;
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

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    const delay = Math.min(Math.max(0, delayMs), TIMER_MAX_MS);
    this.#timer = setTimeout(
      () => (delay === TIMER_MAX_MS ? this.#schedule(delayMs - delay) : void this.#renew()),
      delay,
    );
  }

  async #renew(): Promise<void> {
    try {
      this.#identity = await renew(this.#identity, Date.now() + this.#clockOffsetMs);
      await saveIdentity(this.#dataDir, this.#identity);
      this.#logger.info('renewed the credentials');
      const outdated = this.#renewed;
      this.#renewed = new AbortController();
      this.#schedule(halfLifeMs(this.#identity.credentials) - Date.now());
      outdated.abort();
    } catch (error) {
      this.#logger.warn({ err: error }, 'the credentials could not be renewed; trying again');
      this.#schedule(RETRY_MS * (0.5 + Math.random() / 2));
    }
  }
}
