import { Code, ConnectError } from '@connectrpc/connect';
import { EndReasonSchema, SessionKind, SessionMode, SessionState, type SessionTicket } from '@muster/contract';
import type { LinkEnd, LinkTicket } from '@muster/terminal-client';
import { session } from '../session/session.ts';
import { sessions } from '../sessions/client.ts';

/** How a tab comes to its session. */
export type Way =
  | { readonly kind: 'open'; readonly instanceId: string; readonly username: string; readonly reason: string }
  | { readonly kind: 'resume'; readonly sessionId: string }
  | { readonly kind: 'watch' | 'drive'; readonly sessionId: string };

/** Gets the ticket for one connection, and which session it opens; waits for whoever has to sign in again. */
export async function getTicket(way: Way, signal: AbortSignal): Promise<LinkTicket & { sessionId: string }> {
  await session.untilSignedIn(signal);
  signal.throwIfAborted();
  const granted = await ask(way, signal);
  const token = session.current?.token;
  if (!granted || !token) throw new ConnectError('the session has ended', Code.Unauthenticated);
  return { ticket: granted.ticket, sessionId: granted.sessionId, token };
}

async function ask(way: Way, signal: AbortSignal): Promise<SessionTicket | undefined> {
  const { kind } = way;
  if (kind === 'open') {
    const { instanceId, username, reason } = way;
    const request = { instanceId, username, reason, sessionKind: SessionKind.SHELL };
    return (await sessions.openSession(request, { signal })).ticket;
  }
  const { sessionId } = way;
  if (kind === 'resume') return (await sessions.resumeSession({ sessionId }, { signal })).ticket;
  const sessionMode = kind === 'drive' ? SessionMode.DRIVE : SessionMode.WATCH;
  return (await sessions.joinSession({ sessionId, sessionMode }, { signal })).ticket;
}

/** How a session ended, if it did: a refused ticket alone does not tell. */
export async function endOf(sessionId: string): Promise<Extract<LinkEnd, { kind: 'ended' }> | undefined> {
  const { sessionSet } = await sessions.describeSessions({ sessionIds: [sessionId] });
  const found = sessionSet[0];
  if (found?.sessionState !== SessionState.ENDED) return undefined;
  return { kind: 'ended', reason: EndReasonSchema.value[found.endReason]?.localName ?? '', exitCode: found.exitCode };
}
