import type { Filter, Page } from '@muster/command';
import { afterEvent, type EndReason, type SessionEvent, type SessionLife } from '@muster/terminal';
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { SessionSchema } from './schema.ts';
import { filterCondition } from './session-filters.ts';
import type { SessionTable } from './tables/session.ts';

/** A session as it is read: a change gives a new one. */
export type Session = Readonly<SessionTable>;

/** Which sessions of an account; no ids and no filters means all. */
export interface SessionSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
  /** Those that may be seen, as a condition on `session.instance_id`. */
  readonly visible: RawBuilder<SqlBool>;
}

/** What is written together with a change of the state. */
export type AlsoWritten = Partial<
  Pick<SessionTable, 'turn' | 'sequence' | 'frame_key' | 'tenant' | 'columns' | 'rows' | 'error_info' | 'exit_code'>
>;

/** Something that happens to a session. */
export type SessionChange =
  | { readonly event: Exclude<SessionEvent, 'stop' | 'finish'>; readonly also?: AlsoWritten }
  | { readonly event: 'stop' | 'finish'; readonly reason: EndReason; readonly also?: AlsoWritten };

/** The index over open sessions serves only where this stands literally. */
export const OPEN = sql<SqlBool>`session.state <> 'ENDED'`;

/** The sessions of an installation. */
export class SessionStore {
  readonly #db: Kysely<SessionSchema>;

  constructor(db: Kysely<SessionSchema>) {
    this.#db = db;
  }

  async insert(session: Session): Promise<void> {
    await this.#db.insertInto('session').values(session).execute();
  }

  /** The account's session of this id. */
  async find(accountUin: string, sessionId: string): Promise<Session | undefined> {
    return this.#db
      .selectFrom('session')
      .selectAll()
      .where('account_uin', '=', accountUin)
      .where('session_id', '=', sessionId)
      .executeTakeFirst();
  }

  /** The session of this id, for those who were given the id by somebody who looked whose it is. */
  async byId(sessionId: string): Promise<Session | undefined> {
    return this.#db.selectFrom('session').selectAll().where('session_id', '=', sessionId).executeTakeFirst();
  }

  /** Those of these sessions (1 to 100) that the account has, in no order. */
  async byIds(accountUin: string, sessionIds: readonly string[]): Promise<Session[]> {
    return this.#db
      .selectFrom('session')
      .selectAll()
      .where('account_uin', '=', accountUin)
      .where('session_id', 'in', sessionIds)
      .execute();
  }

  /**
   * The session after what happened to it, compared and set on its state: undefined, and nothing written, when that cannot happen in
   * the state that `session` has, or when it has another one by now. The key of its messages goes with its end.
   */
  async apply(session: Session, change: SessionChange, now: number): Promise<Session | undefined> {
    const life = lifeOf(session);
    const next =
      change.event === 'stop' || change.event === 'finish'
        ? afterEvent(life, change.event, now, change.reason)
        : afterEvent(life, change.event, now);
    if (!next) return undefined;
    const ended = next.state === 'ENDED' ? { ended_at: now, frame_key: null } : {};
    // what is only touched may be newer in the row than in what was read of it
    const active = next.activeAt === life.activeAt ? {} : { active_at: next.activeAt };
    const written = { ...columnsOf(next), ...active, ...change.also, ...ended };
    const { numUpdatedRows } = await this.#db
      .updateTable('session')
      .set(written)
      .where('session_id', '=', session.session_id)
      .where('state', '=', session.state)
      .where('since', '=', session.since)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? { ...session, ...written } : undefined;
  }

  /** When these sessions last had input or output, in one write; a time before the known one is left out. */
  async touch(activeAt: ReadonlyMap<string, number>): Promise<void> {
    if (activeAt.size === 0) return;
    await sql`
      update session set active_at = touched.value
      from json_each(${JSON.stringify(Object.fromEntries(activeAt))}) as touched
      where session.session_id = touched.key and session.active_at < touched.value
    `.execute(this.#db);
  }

  /** Puts the numbers of messages up to this one aside, so that a later process goes on above them. */
  async reserveSequence(sessionId: string, end: number): Promise<void> {
    await this.#db
      .updateTable('session')
      .set({ sequence: end })
      .where('session_id', '=', sessionId)
      .where('sequence', '<', end)
      .execute();
  }

  /** Every session that is not over, of all accounts: what a start of the service goes on with. */
  async open(): Promise<Session[]> {
    return this.#db.selectFrom('session').selectAll().where(OPEN).execute();
  }

  /** Those that were allowed before this moment and whose ticket was never used. */
  async neverUsed(before: number): Promise<Session[]> {
    return this.#db
      .selectFrom('session')
      .selectAll()
      .where(OPEN)
      .where('state', '=', 'PENDING')
      .where('since', '<=', before)
      .execute();
  }

  /** Forgets forwarded connections that were over before this moment, some of them; gives how many. */
  async forgetForwarded(before: number, most: number): Promise<number> {
    const over = this.#db
      .selectFrom('session')
      .select('session_id')
      .where(sql<SqlBool>`kind = 'FORWARD' and state = 'ENDED'`)
      .where('ended_at', '<', before)
      .limit(most);
    const { numDeletedRows } = await this.#db
      .deleteFrom('session')
      .where('session_id', 'in', over)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  /** A page of the selected sessions, newest first, and how many there are in all. */
  async page(
    { accountUin, ids, filters, visible }: SessionSelection,
    { limit, offset }: Page,
  ): Promise<{ total: number; sessions: Session[] }> {
    let query = this.#db.selectFrom('session').selectAll().where('account_uin', '=', accountUin).where(visible);
    if (ids.length > 0) query = query.where('session.session_id', 'in', ids);
    for (const filter of filters) query = query.where((where) => filterCondition(where, filter));
    const { total } = await query
      .clearSelect()
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const sessions = await query
      .orderBy('created_at', 'desc')
      .orderBy('session_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { total, sessions };
  }
}

/** A session's life, as its deadlines depend on it. */
export function lifeOf(session: Session): SessionLife {
  const { state, since, active_at: activeAt, started_at: startedAt, cut_at: cutAt, end_reason: reason } = session;
  return {
    ...{ state, since, activeAt },
    ...(startedAt !== null && { startedAt }),
    ...(cutAt !== null && { cutAt }),
    ...(reason !== null && { reason }),
  };
}

function columnsOf({ state, since, startedAt, cutAt, reason }: SessionLife) {
  return {
    ...{ state, since },
    started_at: startedAt ?? null,
    cut_at: cutAt ?? null,
    end_reason: reason ?? null,
  };
}
