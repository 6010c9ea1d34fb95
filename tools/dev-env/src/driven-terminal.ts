import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import { type OpenSessionRequestSchema, SessionMode, SessionService, type SessionTicket } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { createServiceClient } from '@muster/rpc';
import { type LinkEnd, type LinkState, TerminalLink } from '@muster/terminal-client';
import { WebSocket } from 'ws';
import { PrintedText } from './printed-text.ts';

/** Somebody who may open terminals. */
export interface TerminalCaller {
  /** The gateway, `http://host:port`. */
  readonly url: string;
  readonly transport: Transport;
  /** The same caller's bearer token. */
  readonly token: string;
}

/** What to attach to: a new session, or somebody's open one. */
export type Wanted =
  | { readonly open: MessageInitShape<typeof OpenSessionRequestSchema> }
  | { readonly join: string; readonly mode: SessionMode };

/** A terminal without a screen, for tests and measurements: types what it is told and keeps what is printed. */
export interface DrivenTerminal extends AsyncDisposable {
  readonly sessionId: string;
  readonly link: TerminalLink;
  /** Everything printed so far, as text, escape sequences and all; after a reset only what came since. */
  readonly text: string;
  /** Everything printed, as bytes, resets or not. */
  readonly bytes: Buffer;
  readonly states: readonly LinkState[];
  readonly ended: Promise<LinkEnd>;
  type(text: string): void;
  /** Waits for it in what was printed since the last match and answers everything up to its end; rejects with what there is after `withinMs`. */
  until(pattern: string | RegExp, withinMs?: number): Promise<string>;
  /** Breaks the connection, as a network would. */
  cut(): void;
  /** Stops connecting again by itself; the session stays for its grace. */
  detach(): void;
}

const PATIENCE_MS = 30_000;

/** Opens or joins a session and resolves once the first connection stands. */
export async function driveTerminal(caller: TerminalCaller, wanted: Wanted): Promise<DrivenTerminal> {
  const sessions = createServiceClient(SessionService, caller.transport);
  const first =
    'open' in wanted ? await sessions.openSession(wanted.open) : await sessions.joinSession(joining(wanted));
  const sessionId = first.ticket!.sessionId;
  let unused: SessionTicket | undefined = first.ticket;
  const again = async () => {
    const next =
      'open' in wanted ? await sessions.resumeSession({ sessionId }) : await sessions.joinSession(joining(wanted));
    return next.ticket!;
  };
  const chunks: Buffer[] = [];
  const states: LinkState[] = [];
  const printed = new PrintedText();
  let socket: WebSocket | undefined;
  const decoder = new TextDecoder();
  const welcomed = Promise.withResolvers<void>();
  const over = Promise.withResolvers<LinkEnd>();
  const link = new TerminalLink({
    connect: () => {
      socket = new WebSocket(`${caller.url.replace(/^http/, 'ws')}/terminal`, { perMessageDeflate: false });
      return socket;
    },
    async ticket() {
      const { ticket } = unused ?? (await again());
      unused = undefined;
      return { ticket, token: caller.token };
    },
    // what is no refusal is a connection that broke
    mayRetry: (error) => !(error instanceof Refusal) || error.kind === 'unavailable',
    role: 'join' in wanted && wanted.mode === SessionMode.WATCH ? 'watch' : 'drive',
    size: { columns: 80, rows: 24 },
    handlers: {
      output(bytes, drawn) {
        chunks.push(Buffer.from(bytes));
        drawn();
        printed.add(decoder.decode(bytes, { stream: true }));
      },
      reset: () => printed.reset(),
      state: (state) => states.push(state),
      welcome: () => welcomed.resolve(),
      ended(end) {
        over.resolve(end);
        welcomed.reject(new Error('it ended before it began', { cause: end }));
      },
    },
  });
  link.open();
  await welcomed.promise;
  return {
    sessionId,
    link,
    states,
    ended: over.promise,
    get text() {
      return printed.all;
    },
    get bytes() {
      return Buffer.concat(chunks);
    },
    type(typed) {
      const bytes = new TextEncoder().encode(typed);
      if (link.type(bytes) < bytes.length) throw new Error('there is no room for so much input');
    },
    until: (pattern, withinMs = PATIENCE_MS) => printed.until(pattern, withinMs),
    cut: () => socket?.terminate(),
    detach: () => link.detach(),
    async [Symbol.asyncDispose]() {
      link.detach();
      await sessions.closeSession({ sessionIds: [sessionId] }).catch(() => undefined);
    },
  };
}

function joining({ join, mode }: Extract<Wanted, { join: string }>) {
  return { sessionId: join, sessionMode: mode };
}
