import type { SessionInstance } from '@muster/contract';
import { planFilter } from '@muster/db';
import {
  INSTANCE_PATHS,
  type InstanceKind,
  instanceKind,
  instanceResource,
  instancesOfKind,
  type ResourcePlan,
} from '@muster/kernel';
import { planAllows } from '@muster/policy';
import type { Call } from '@muster/rpc';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { SessionContext } from './context.ts';
import { authorizeInstances } from './named-sessions.ts';
import { SessionStore } from './store/session-store.ts';

/** The form of ids by kind. */
const IDS = { CVM: 'ins-*', LIGHTHOUSE: 'lhins-*', REGISTERED: 'rins-*' } as const satisfies Record<
  InstanceKind,
  string
>;
const KINDS = Object.keys(IDS) as InstanceKind[];

type Plans = Readonly<Record<InstanceKind, ResourcePlan>>;

/** invocation-svc tells of this many machines at once. */
const PIECE = 1_000;

/** What finding out needs. */
export type VisibleParts = Pick<SessionContext, 'db' | 'machines' | 'region'>;

/**
 * Those rows whose machine the call may see, as a condition on `session.instance_id`. The plan for the method's action is put into the
 * query. Tags are invocation-svc's: where the plan asks for them, it is asked about the machines that the account has had sessions on, and
 * one that is gone has none.
 */
export async function visibleInstances(
  parts: VisibleParts,
  call: Pick<Call, 'plan' | 'caller'>,
): Promise<RawBuilder<SqlBool>> {
  const [CVM, LIGHTHOUSE, REGISTERED] = await call.plan(KINDS.map((kind) => instancesOfKind(parts.region, kind)));
  const plans: Plans = { CVM: CVM!, LIGHTHOUSE: LIGHTHOUSE!, REGISTERED: REGISTERED! };
  if (KINDS.every((kind) => plans[kind].kind === 'always')) return sql<SqlBool>`1`;
  if (!KINDS.some((kind) => asksForTags(plans[kind]))) return instanceFilter(plans);
  const allowed = await allowedByTags(parts, plans, call.caller.accountUin);
  return sql<SqlBool>`session.instance_id in (select value from json_each(${JSON.stringify(allowed)}))`;
}

/**
 * The same for a list of named sessions: those that there are must all be allowed, for leaving out what is denied would pass for its
 * absence. No ids: `visibleInstances`. Refusal: CamAuthFailed.
 */
export async function visibleSessions(
  parts: VisibleParts,
  call: Call,
  ids: readonly string[],
): Promise<RawBuilder<SqlBool>> {
  const named = ids.length === 0 ? [] : await new SessionStore(parts.db).byIds(call.caller.accountUin, ids);
  if (named.length === 0) return visibleInstances(parts, call);
  await authorizeInstances(parts, call, named);
  return sql<SqlBool>`1`;
}

/**
 * Of the machines that the account has had sessions on, those that the plans allow with the tags they have now. Not in SQL: without an index
 * over tags that would take the square of their number.
 */
async function allowedByTags(
  { db, machines, region }: VisibleParts,
  plans: Plans,
  accountUin: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom('session')
    .select('instance_id')
    .distinct()
    .where('account_uin', '=', accountUin)
    .execute();
  const ids = rows.map((row) => row.instance_id);
  const allowed: string[] = [];
  for (let from = 0; from < ids.length; from += PIECE) {
    const piece = ids.slice(from, from + PIECE);
    const known = await machines.describe(accountUin, piece);
    const tags = new Map(known.map((each) => [each.instanceId, tagsOf(each)]));
    const isAllowed = (id: string) => {
      const plan = plans[instanceKind(id)!];
      return planAllows(plan, { name: instanceResource(region, id), tags: tags.get(id) ?? {} });
    };
    allowed.push(...piece.filter(isAllowed));
  }
  return allowed;
}

function tagsOf({ tags }: SessionInstance): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

function instanceFilter(plans: Plans): RawBuilder<SqlBool> {
  const id = 'session.instance_id';
  const parts = KINDS.map((kind) => {
    const filter = planFilter(plans[kind], { pathPrefix: INSTANCE_PATHS[kind], id });
    return sql<SqlBool>`(${sql.ref(id)} glob ${IDS[kind]} and ${filter})`;
  });
  return sql<SqlBool>`(${sql.join(parts, sql` or `)})`;
}

function asksForTags({ allOf, noneOf }: ResourcePlan): boolean {
  return [...allOf.flat(), ...noneOf].some(({ tests }) => tests.some(({ key }) => key.startsWith('qcs:resource_tag')));
}
