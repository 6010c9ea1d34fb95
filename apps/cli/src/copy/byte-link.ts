import type { LinkEnd } from '@muster/terminal-client';
import { endOf, openTerminal, type TerminalRequest } from '../open-terminal.ts';
import type { Session } from '../session.ts';
import { Stop } from '../stop.ts';

/** A session that ended before it was to; `mayReopen` says whether another one can go on in its place. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost';
  readonly mayReopen: boolean;

  constructor(message: string, mayReopen: boolean) {
    super(message);
    this.mayReopen = mayReopen;
  }
}

/** Why a session may have ended that tells nothing against another one. */
const MAY_REOPEN: ReadonlySet<string> = new Set(['MACHINE_LOST', 'GRACE_OVER', 'TOO_LONG', 'EXITED', 'NOT_USED']);

/** Both streams of a session without a terminal, over any number of connections. */
export interface ByteLink {
  /** Resolves when there is room for more. Rejects with why the session is over. */
  send(bytes: Uint8Array): Promise<void>;
  /** Ends the session, without waiting for it. */
  close(): void;
}

/** Who is told what. */
export interface ByteLinkOptions {
  readonly open: TerminalRequest['open'];
  /** The next bytes; the machine sends on as this resolves. A rejection ends the session. */
  receive(bytes: Uint8Array): Promise<void>;
  /** It is over: an error, or undefined when the program at the other end came to its end. Not called after `close`. */
  ended(error: unknown): void;
}

/** Opens a session for bytes. */
export function openByteLink(session: Session, options: ByteLinkOptions): ByteLink {
  return new TerminalBytes(session, options);
}

class TerminalBytes implements ByteLink {
  readonly #session: Session;
  readonly #options: ByteLinkOptions;
  readonly #terminal: ReturnType<typeof openTerminal>;
  #receiving: Promise<void> = Promise.resolve();
  #room: PromiseWithResolvers<void> | undefined;
  #over: { readonly error: unknown } | undefined;
  #moved: 'nothing' | 'something' = 'nothing';

  constructor(session: Session, options: ByteLinkOptions) {
    this.#session = session;
    this.#options = options;
    this.#terminal = openTerminal(session, {
      open: options.open,
      role: 'drive',
      size: { columns: 80, rows: 24 },
      handlers: {
        output: (bytes, drawn) => this.#received(bytes, drawn),
        reset: () => {
          if (this.#moved === 'something') this.#end(new SessionLost('a part of the stream was lost', true));
        },
        state: ({ kind }) => {
          if (kind === 'taken over') this.#end(new SessionLost('somebody else took the session over', false));
        },
        welcome: ({ droppedInput }) => {
          if (droppedInput > 0) this.#end(new SessionLost('a part of the stream was lost', true));
          this.#roomAgain();
        },
        writable: () => this.#roomAgain(),
        ended: (end) => void this.#ended(end),
      },
    });
  }

  async send(bytes: Uint8Array): Promise<void> {
    this.#moved = 'something';
    for (let at = 0; at < bytes.length; ) {
      if (this.#over) throw this.#over.error;
      at += this.#terminal.link.type(bytes.subarray(at));
      if (at < bytes.length) {
        this.#room ??= Promise.withResolvers<void>();
        await this.#room.promise;
      }
    }
  }

  close(): void {
    if (this.#over) return;
    this.#over = { error: new SessionLost('the session was closed', false) };
    this.#terminal.link.leave();
    this.#roomAgain();
  }

  #received(bytes: Uint8Array, drawn: () => void): void {
    this.#moved = 'something';
    this.#receiving = this.#receiving.then(async () => {
      if (this.#over) return;
      try {
        await this.#options.receive(bytes);
        drawn();
      } catch (error) {
        this.#end(error);
      }
    });
  }

  async #ended(end: LinkEnd): Promise<void> {
    // what came before is dealt with before the end
    await this.#receiving;
    if (this.#over) return;
    if (end.kind === 'refused') this.#end(end.error);
    else if (end.kind === 'unreachable') this.#end(new SessionLost(`the connection is lost: ${end.why}`, true));
    else if (end.reason === 'EXITED' && end.exitCode === 0) this.#end(undefined);
    else this.#end(await this.#inWords(end));
  }

  /** What the service knows of an end says more than its name. */
  async #inWords({ reason, exitCode, signal }: Extract<LinkEnd, { kind: 'ended' }>): Promise<Error> {
    const { sessionId } = this.#terminal;
    const found = sessionId === undefined ? undefined : await endOf(this.#session, sessionId).catch(() => undefined);
    const how = signal || exitCode === undefined ? signal || '' : `exit code ${exitCode}`;
    const words = found?.words || how;
    const said = `the session ended: ${reason}${words ? ` (${words})` : ''}`;
    return MAY_REOPEN.has(reason) ? new SessionLost(said, true) : new Stop(said);
  }

  #end(error: unknown): void {
    if (this.#over) return;
    this.#over = { error: error ?? new SessionLost('the other end is closed', true) };
    this.#terminal.link.leave();
    this.#options.ended(error);
    this.#roomAgain();
  }

  #roomAgain(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
