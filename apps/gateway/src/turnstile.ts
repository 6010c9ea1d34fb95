import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '@muster/contract';

/**
 * Lets so many through at the same time and refuses the others at once: one service that does not answer must not fill the gateway's
 * memory, nor take room from calls to the others.
 */
export class Turnstile {
  readonly #most: number;
  readonly #what: string;
  #inside = 0;

  /** `what` names those who are let through, in the refusal: `calls to command-svc`. */
  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
  }

  /** A place inside until it is disposed. Throws ServiceUnavailable. */
  enter(): Disposable {
    if (this.#inside >= this.#most) {
      const value = { reason: 'ServiceUnavailable', domain: 'muster', metadata: { retryAfterMs: '1000' } };
      const message = `${this.#most} ${this.#what} are under way; try again in a second`;
      throw new ConnectError(message, Code.Unavailable, undefined, [{ desc: ErrorInfoSchema, value }]);
    }
    this.#inside++;
    return {
      [Symbol.dispose]: () => {
        this.#inside--;
      },
    };
  }
}
