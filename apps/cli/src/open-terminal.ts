import { EndReasonSchema, SessionMode, SessionState, type SessionTicket } from '@muster/contract';
import { type LinkEnd, type LinkHandlers, type Size, TerminalLink } from '@muster/terminal-client';
import { WebSocket } from 'ws';
import { mayPass, refusalIn } from './failure.ts';
import { keepRenewing } from './renewal.ts';
import type { Session } from './session.ts';
import { tatName } from './tat-name.ts';

/** More than any frame is long. */
const MOST_PAYLOAD = 65_536;
const HANDSHAKE_MS = 10_000;

/** What is to be opened. */
export interface TerminalRequest {
  /** Makes the session and gets its first ticket: OpenSession, JoinSession, ForwardPort. */
  open(): Promise<{ ticket?: SessionTicket }>;
  /** Gets another one after a broken connection; ResumeSession when left out, JoinSession to watch where the role is `watch`. */
  again?(sessionId: string): Promise<{ ticket?: SessionTicket }>;
  readonly role: 'drive' | 'watch';
  readonly size: Size;
  readonly handlers: LinkHandlers;
}

/** An open terminal. Disposing it closes the connection and leaves the session to its grace. */
export interface OpenTerminal extends Disposable {
  readonly link: TerminalLink;
  /** Known once there is a first ticket. */
  readonly sessionId: string | undefined;
}

/**
 * Opens a terminal through the gateway of a context: with its address, its authority and its credentials, which are renewed for as long
 * as it is open. How it goes on is told to the handlers; a session that ended while the connection was broken is `ended` there too.
 */
export function openTerminal(session: Session, request: TerminalRequest): OpenTerminal {
  const { role, size, handlers } = request;
  const address = `${session.url.replace(/^http/, 'ws').replace(/\/+$/, '')}/terminal`;
  let sessionId: string | undefined;
  const link = new TerminalLink({
    ...{ role, size },
    connect: () =>
      new WebSocket(address, {
        perMessageDeflate: false,
        maxPayload: MOST_PAYLOAD,
        handshakeTimeout: HANDSHAKE_MS,
        followRedirects: false,
      }),
    async ticket(which) {
      const answer = await (sessionId === undefined
        ? request.open()
        : anotherTicket(session, sessionId, which, request)
      ).catch(inOwnWords);
      if ('kind' in answer) return answer;
      sessionId = answer.ticket?.sessionId;
      return { ticket: answer.ticket?.ticket ?? '', token: (await session.token()).token };
    },
    mayRetry: mayPass,
    handlers: {
      ...handlers,
      ended(end) {
        renewal[Symbol.dispose]();
        handlers.ended(end);
      },
    },
  });
  const renewal = keepRenewing(session, (token) => link.newToken(token));
  link.open();
  return {
    link,
    get sessionId() {
      return sessionId;
    },
    [Symbol.dispose]() {
      renewal[Symbol.dispose]();
      link.detach();
    },
  };
}

/** The link repeats an error's message: a refusal has a better one than the transport that brought it. */
function inOwnWords(error: unknown): never {
  throw refusalIn(error) ?? error;
}

/** How a session ended, as the service lists it; undefined while it is open, or when that may not be seen. */
export async function endOf(
  session: Session,
  sessionId: string,
): Promise<(Extract<LinkEnd, { kind: 'ended' }> & { readonly words: string }) | undefined> {
  const { sessionSet } = await session.shells.describeSessions({ sessionIds: [sessionId] });
  const [found] = sessionSet;
  if (found?.sessionState !== SessionState.ENDED) return undefined;
  const { endReason, exitCode, errorInfo } = found;
  return { kind: 'ended', reason: tatName(EndReasonSchema, endReason), exitCode, words: errorInfo };
}

async function anotherTicket(
  session: Session,
  sessionId: string,
  which: 'first' | 'again' | 'watch',
  { role, again }: TerminalRequest,
): Promise<{ ticket?: SessionTicket } | Extract<LinkEnd, { kind: 'ended' }>> {
  try {
    if (which === 'watch' || role === 'watch') {
      return await session.shells.joinSession({ sessionId, sessionMode: SessionMode.WATCH });
    }
    return await (again?.(sessionId) ?? session.shells.resumeSession({ sessionId }));
  } catch (error) {
    if (mayPass(error)) throw error;
    // what is over cannot be resumed: how it ended says more than that
    const end = await endOf(session, sessionId).catch(() => undefined);
    if (!end) throw error;
    return end;
  }
}
