import type { MessageInitShape } from '@bufbuild/protobuf';
import type { SessionTicketSchema } from '@muster/contract';
import { addToOutbox } from '@muster/db';
import { newId } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import { failPoint } from '@muster/telemetry';
import { openedSession } from '@muster/terminal';
import type { Transaction } from 'kysely';
import type { SessionContext } from './context.ts';
import { toTicket } from './convert.ts';
import { instanceRef, sessionQuestion } from './decision-subjects.ts';
import type { Opening } from './domain/opening.ts';
import {
  OPENINGS_WINDOW_MS,
  openingsMax,
  requireForwardedRoom,
  requirePace,
  requireRoom,
} from './domain/session-limits.ts';
import { requireReady } from './domain/session-rules.ts';
import type { SessionSettings } from './domain/session-settings.ts';
import { sessionOpened } from './events.ts';
import { bearerOf } from './principal.ts';
import type { SessionSchema } from './store/schema.ts';
import { countOpen, openedAt } from './store/session-counts.ts';
import { type Session, SessionStore } from './store/session-store.ts';
import { SettingsStore } from './store/settings-store.ts';
import { TicketStore } from './store/ticket-store.ts';

/** What beginning a session needs. */
export type BeginParts = Pick<SessionContext, 'db' | 'clock' | 'region' | 'machines' | 'limits' | 'gate'>;

/**
 * Decides about a session, makes it and gives the ticket that opens it. An instance of another account is the same as an unknown one.
 * Refusals: CamAuthFailed, those of `requireReady`, of the gate, LimitExceeded.SessionsOpen, RequestLimitExceeded.
 */
export async function beginSession(
  { db, clock, region, machines, limits, gate }: BeginParts,
  call: Call,
  opening: Opening,
): Promise<MessageInitShape<typeof SessionTicketSchema>> {
  const { caller } = call;
  const { instanceId, kind } = opening;
  const bearer = bearerOf(caller);
  const [found] = await machines.describe(caller.accountUin, [instanceId]);
  const decided = { instance_id: instanceId, kind, username: opening.username, forward_to: opening.forwardTo };
  const { resources } = sessionQuestion(decided, 'open', instanceRef(region, instanceId, found));
  await call.authorize(resources);
  const { tenant } = requireReady(found, instanceId, kind);
  await gate({ ...opening, ...bearer, uin: caller.uin });
  const answer = await db.transaction().execute(async (trx) => {
    const now = clock.now();
    await requireLimits(trx, { ...opening, ...bearer }, { limits, now });
    const settings = await new SettingsStore(trx).of(caller.accountUin);
    const session = newSession(opening, settings, { ...bearer, uin: caller.uin, tenant, now });
    await new SessionStore(trx).insert(session);
    await addToOutbox(trx, [sessionOpened(session, now)]);
    const ticket = await new TicketStore(trx).issue(
      { sessionId: session.session_id, instanceId, ...bearer, mode: 'open' },
      now,
    );
    await failPoint('session.before-commit');
    return toTicket(session.session_id, ticket);
  });
  await failPoint('session.after-commit');
  return answer;
}

/** Within the transaction that makes the session, so that of several openings at once none passes a limit. */
async function requireLimits(
  trx: Transaction<SessionSchema>,
  opening: Pick<Opening, 'instanceId' | 'kind'> & { readonly accountUin: string; readonly principal: string },
  { limits, now }: Pick<SessionContext, 'limits'> & { readonly now: number },
): Promise<void> {
  const { kind } = opening;
  const most = openingsMax(kind, limits);
  const window = { kind, since: now - OPENINGS_WINDOW_MS, count: most };
  requirePace(await openedAt(trx, opening, window), { kind, most, now });
  const open = await countOpen(trx, opening);
  if (kind === 'FORWARD') requireForwardedRoom(open);
  else requireRoom(open, limits);
}

/** Whose session it is, on which NATS account's machine, and when it was allowed. */
interface Made {
  readonly accountUin: string;
  readonly uin: string;
  readonly principal: string;
  readonly tenant: string;
  readonly now: number;
}

function newSession(
  opening: Opening,
  settings: SessionSettings,
  { accountUin, uin, principal, tenant, now }: Made,
): Session {
  const { state, since, activeAt } = openedSession(now);
  const { kind } = opening;
  return {
    session_id: newId('ses'),
    account_uin: accountUin,
    instance_id: opening.instanceId,
    tenant,
    kind,
    forward_to: opening.forwardTo,
    username: opening.username,
    working_directory: opening.workingDirectory,
    create_uin: uin,
    principal,
    reason: opening.reason,
    columns: opening.columns,
    rows: opening.rows,
    grace_ms: opening.graceSeconds * 1_000,
    idle_ms: settings.idleSeconds * 1_000,
    longest_ms: settings.longestSeconds * 1_000,
    // of a connection no bytes are kept, and of copying only what the machine notes about it
    record_output: Number(settings.recordOutput && kind !== 'FORWARD'),
    record_input: Number(settings.recordInput && kind === 'SHELL'),
    state,
    created_at: now,
    since,
    started_at: null,
    active_at: activeAt,
    cut_at: null,
    end_reason: null,
    error_info: '',
    exit_code: null,
    ended_at: null,
    turn: 0,
    sequence: 0,
    frame_key: null,
  };
}
