import { Outcome } from '@muster/contract';
import { addToOutbox } from '@muster/db';
import { Refusal } from '@muster/kernel';
import { denial, keepDeciding, type PermissionChanges, type StandingDecision } from '@muster/rpc';
import { FRAME_VERSION, looksLikeTicket, type Ticket } from '@muster/terminal';
import type { SessionContext } from '../context.ts';
import { askAgain, type SessionQuestion } from '../decision-subjects.ts';
import { sessionJoined } from '../events.ts';
import { bearerOf } from '../principal.ts';
import { type Session, SessionStore } from '../store/session-store.ts';
import { redeemTicket } from '../store/ticket-store.ts';
import type { Client, FrameOf } from './audience.ts';
import type { ClientSocket } from './client-socket.ts';

/** What letting somebody in takes. */
export interface AdmissionContext
  extends Pick<SessionContext, 'db' | 'clock' | 'logger' | 'region' | 'authorizer' | 'machines'> {
  readonly changes: PermissionChanges | undefined;
}

/** Somebody who may come in, and what to. */
export interface Admitted {
  readonly client: Client;
  readonly session: Session;
}

const NOT_KNOWN = () => new Refusal('unauthenticated', 'AuthFailure.TokenFailure', 'ticket and token open nothing');

/**
 * Looks at a HELLO: whose the token is, whether the ticket is theirs, unused and fresh, and whether they may still do what it was given
 * for. Throws a Refusal otherwise; a ticket that is good is used up whatever comes after.
 */
export async function admit(
  context: AdmissionContext,
  socket: ClientSocket,
  hello: FrameOf<'hello'>,
): Promise<Admitted> {
  if (hello.version !== FRAME_VERSION)
    throw new Refusal('invalid', 'InvalidParameterValue', `version ${hello.version} is not spoken here`);
  if (!looksLikeTicket(hello.ticket)) throw NOT_KNOWN();
  const { authorizer, logger } = context;
  const { peerAddress } = socket;
  const asking = { credential: hello.token, peerAddress, requestId: crypto.randomUUID() };
  const principal = await authorizer.authenticate(asking);
  const bearer = bearerOf(principal);
  const { ticket, session } = await redeem(context, hello.ticket, { bearer, uin: principal.uin });
  const standing = new TokenDecision(context, { session, mode: ticket.mode, asking });
  try {
    await standing.decide();
  } catch (error) {
    logger.info({ err: error, sessionId: session.session_id }, 'a terminal was refused');
    throw error;
  }
  const { columns, rows, from } = hello;
  const client: Client = {
    ...{ socket, uin: principal.uin, principal: bearer.principal, mode: ticket.mode, hello: { columns, rows, from } },
    standing: standing.keep(context.changes),
    async renew(token) {
      const { accountUin, principal: name } = bearerOf(await authorizer.authenticate({ ...asking, credential: token }));
      if (accountUin !== bearer.accountUin || name !== bearer.principal) throw NOT_KNOWN();
      standing.token = token;
    },
  };
  return { client, session };
}

/** Uses the ticket up, and tells of somebody who joins another's session. */
async function redeem(
  { db, clock, logger }: AdmissionContext,
  text: string,
  { bearer, uin }: { bearer: { accountUin: string; principal: string }; uin: string },
): Promise<{ ticket: Ticket; session: Session }> {
  const now = clock.now();
  return db.transaction().execute(async (trx) => {
    const ticket = await redeemTicket(trx, text, { bearer, now });
    if (typeof ticket === 'string') {
      logger.info({ fault: ticket }, 'a ticket was refused');
      throw NOT_KNOWN();
    }
    const session = await new SessionStore(trx).find(ticket.accountUin, ticket.sessionId);
    if (!session) throw NOT_KNOWN();
    if (ticket.mode === 'watch' || ticket.mode === 'drive')
      await addToOutbox(trx, [sessionJoined(session, { uin, now, drives: ticket.mode === 'drive' })]);
    return { ticket, session };
  });
}

interface Asked {
  readonly session: Session;
  readonly mode: Ticket['mode'];
  readonly asking: { readonly credential: string; readonly peerAddress: string; readonly requestId: string };
}

/** The question whether a socket may stay open, asked with the newest token that came over it. */
class TokenDecision {
  readonly #context: AdmissionContext;
  readonly #asked: Asked;
  token: string;
  #question: SessionQuestion | undefined;

  constructor(context: AdmissionContext, asked: Asked) {
    this.#context = context;
    this.#asked = asked;
    this.token = asked.asking.credential;
  }

  /** Throws the refusal. */
  async decide(): Promise<void> {
    const { session, mode, asking } = this.#asked;
    // the machine's tags as they were will do while nobody can tell how they are
    const last = this.#question;
    const question = await askAgain(this.#context, session, mode).catch((error) => last ?? Promise.reject(error));
    this.#question = question;
    const { action, resources } = question;
    const context = { ...asking, credential: this.token };
    const { outcomes, decisionId } = await this.#context.authorizer.authorize({ context, action, resources });
    const denied = outcomes.find(({ outcome }) => outcome !== Outcome.ALLOWED);
    if (denied) throw denial({ action, resource: denied.resource, requestId: asking.requestId, decisionId });
  }

  keep(changes: PermissionChanges | undefined): StandingDecision {
    const { account_uin: accountUin } = this.#asked.session;
    return keepDeciding({ accountUin, decideAgain: () => this.decide(), changes });
  }
}
