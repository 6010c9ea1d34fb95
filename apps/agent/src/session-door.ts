import { subjects } from '@muster/bus';
import type { Greeted, Sessions, SessionsOptions } from './terminal/sessions.ts';

/** What the door needs of the agent. */
export interface SessionDoorOptions extends SessionsOptions {
  /** Something came that cannot be read. */
  readonly unreadable: (error: unknown, subject: string) => void;
}

/** Where orders for sessions come in. Whatever has to do with them is loaded with the first one: most agents never have any. */
export class SessionDoor implements AsyncDisposable {
  readonly #options: SessionDoorOptions;
  #loading: Promise<Sessions> | undefined;
  #sessions: Sessions | undefined;
  #closed = false;

  constructor(options: SessionDoorOptions) {
    this.#options = options;
  }

  /** The sessions of now. */
  get ids(): ReadonlySet<string> {
    return this.#sessions?.ids ?? new Set();
  }

  /** Takes what came on a subject of sessions. Before a hello was answered no order can be judged. */
  hear(data: Uint8Array, subject: string, greeted: Greeted | undefined): void {
    const { sessionId, kind } = subjects.sessionOf(subject);
    if (kind === 'message') this.#sessions?.message(sessionId, data);
    else if (kind === 'sync') this.tellHeld();
    else if (kind !== 'open') this.#options.unreadable(new Error('there is no such message'), subject);
    else if (greeted && !this.#closed) void this.#order(data, greeted);
  }

  /** Tells which sessions there are: those that are not in that list are over. */
  tellHeld(): void {
    if (this.#sessions) this.#sessions.tellHeld();
    else this.#options.uplink.held(new Uint8Array());
  }

  /** Ends all sessions. */
  end(): void {
    this.#sessions?.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#loading?.catch(() => undefined);
    await this.#sessions?.close();
  }

  async #order(data: Uint8Array, greeted: Greeted): Promise<void> {
    try {
      (await this.#load()).order(data, greeted);
    } catch (error) {
      // as after an upgrade, until the agent was started again
      this.#loading = undefined;
      this.#options.logger.error({ err: error }, 'sessions cannot be opened');
    }
  }

  #load(): Promise<Sessions> {
    this.#loading ??= import('./terminal/sessions.ts').then(({ Sessions }) => {
      this.#sessions = new Sessions(this.#options);
      return this.#sessions;
    });
    return this.#loading;
  }
}
