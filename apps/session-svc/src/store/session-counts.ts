import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { SessionKindName } from '../domain/session-kind.ts';
import type { OpenSessions } from '../domain/session-limits.ts';
import type { SessionSchema } from './schema.ts';
import { OPEN } from './session-store.ts';

/** Whose open sessions are counted. */
export interface Opener {
  readonly accountUin: string;
  readonly instanceId: string;
  readonly principal: string;
}

/** How many are open now, forwarded connections by themselves. */
export async function countOpen(
  db: Kysely<SessionSchema>,
  { accountUin, instanceId, principal }: Opener,
): Promise<OpenSessions> {
  const counted = (condition: RawBuilder<SqlBool>) => sql<number>`count(*) filter (where ${condition})`;
  const shown = sql<SqlBool>`session.kind <> 'FORWARD'`;
  return db
    .selectFrom('session')
    .select([
      counted(shown).as('account'),
      counted(sql`${shown} and session.instance_id = ${instanceId}`).as('instance'),
      counted(sql`${shown} and session.principal = ${principal}`).as('principal'),
      counted(sql`not ${shown} and session.principal = ${principal}`).as('forwarded'),
    ])
    .where('account_uin', '=', accountUin)
    .where(OPEN)
    .executeTakeFirstOrThrow();
}

/** When the principal opened the `count`-th newest of its sessions of a kind after `since`; undefined when it has opened fewer. */
export async function openedAt(
  db: Kysely<SessionSchema>,
  { accountUin, principal }: Pick<Opener, 'accountUin' | 'principal'>,
  { kind, since, count }: { readonly kind: SessionKindName; readonly since: number; readonly count: number },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('session')
    .select('created_at')
    .where('account_uin', '=', accountUin)
    .where('created_at', '>', since)
    .where('principal', '=', principal)
    .where('kind', '=', kind)
    .orderBy('created_at', 'desc')
    .limit(1)
    .offset(count - 1)
    .executeTakeFirst();
  return row?.created_at;
}
