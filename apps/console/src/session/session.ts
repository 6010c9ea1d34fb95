/** Who is signed in, in this tab alone. */
export interface Session {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The account given at the door; empty for the installation's first. */
  readonly accountUin: string;
  readonly userName: string;
}

const KEY = 'muster-session';

/** Holds the session of this tab and tells whoever asks when it begins or ends. */
class SessionHolder {
  #current: Session | undefined = restore();
  #expired: Session | undefined;
  #timer: number | undefined;
  readonly #listeners = new Set<() => void>();

  constructor() {
    this.#watchExpiry();
  }

  get current(): Session | undefined {
    return this.#current;
  }

  /** The session whose token ended while it was in use; signing in again goes on where it stopped. */
  get expired(): Session | undefined {
    return this.#expired;
  }

  begin(session: Session): void {
    sessionStorage.setItem(KEY, JSON.stringify(session));
    this.#change(session, undefined);
  }

  end(): void {
    sessionStorage.removeItem(KEY);
    this.#change(undefined, undefined);
  }

  expire(): void {
    if (!this.#current) return;
    sessionStorage.removeItem(KEY);
    this.#change(undefined, this.#current);
  }

  /** Resolves as soon as somebody is signed in. */
  untilSignedIn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.#current && !signal.aborted) return;
        stop();
        resolve();
      };
      const stop = this.subscribe(look);
      signal.addEventListener('abort', look, { once: true });
      look();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #change(current: Session | undefined, expired: Session | undefined): void {
    this.#current = current;
    this.#expired = expired;
    this.#watchExpiry();
    for (const listener of [...this.#listeners]) listener();
  }

  #watchExpiry(): void {
    clearTimeout(this.#timer);
    if (!this.#current) return;
    // a timer holds at most 2^31 ms; a token that lives longer is noticed by the first refused call
    const left = Math.min(this.#current.expiresAt - Date.now(), 2 ** 31 - 1);
    this.#timer = window.setTimeout(() => this.expire(), Math.max(0, left));
  }
}

function restore(): Session | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    return isSession(stored) && stored.expiresAt > Date.now() ? stored : undefined;
  } catch {
    return undefined;
  }
}

function isSession(value: unknown): value is Session {
  const { token, expiresAt } = (value ?? {}) as Partial<Session>;
  return typeof token === 'string' && typeof expiresAt === 'number';
}

export const session = new SessionHolder();
