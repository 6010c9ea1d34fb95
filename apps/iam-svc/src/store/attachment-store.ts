import { type Kysely, sql, type Transaction } from 'kysely';
import type { Page } from '../domain/fields.ts';
import type { IamSchema } from './schema.ts';
import type { AttachmentTable } from './tables/attachment.ts';

/** Somebody in an account who may have policies. */
export interface Target {
  readonly accountUin: string;
  readonly kind: AttachmentTable['target_kind'];
  /** A uin, a group's number or a role's id. */
  readonly id: string;
}

/** Somebody who has a policy. */
export interface Holder extends Omit<Target, 'accountUin'> {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly attachedAt: number;
}

/** A policy that a user has. */
export interface UserPolicy {
  readonly policyId: number;
  /** Whether it is attached to the user itself. */
  readonly direct: boolean;
  /** The groups through which it comes as well, in order. */
  readonly groupIds: readonly number[];
}

/** Reads who has which policies. */
export class AttachmentReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** The numbers of the policies attached to the target itself, newest policy first. */
  async policiesOf(target: Target): Promise<number[]> {
    const rows = await this.#of(target).select('policy_id').orderBy('policy_id', 'desc').execute();
    return rows.map((row) => row.policy_id);
  }

  /** What a sub-user or collaborator has by itself and through its groups, in no order. */
  async allPoliciesOfUser(accountUin: string, uin: string): Promise<UserPolicy[]> {
    const direct = new Set(await this.policiesOf({ accountUin, kind: 'user', id: uin }));
    const rows = await this.#db
      .selectFrom('group_member as m')
      .innerJoin('user_group as g', 'g.group_id', 'm.group_id')
      .innerJoin('attachment as a', (join) =>
        join
          .onRef('a.account_uin', '=', 'g.account_uin')
          .on('a.target_kind', '=', 'group')
          .on(sql<boolean>`a.target_id = cast(g.group_id as text)`),
      )
      .select(['a.policy_id as policyId', 'g.group_id as groupId'])
      .where('m.uin', '=', uin)
      .where('g.account_uin', '=', accountUin)
      .orderBy('g.group_id')
      .execute();
    const byPolicy = Map.groupBy(rows, ({ policyId }) => policyId);
    return [...new Set([...direct, ...byPolicy.keys()])].map((policyId) => ({
      policyId,
      direct: direct.has(policyId),
      groupIds: (byPolicy.get(policyId) ?? []).map(({ groupId }) => groupId),
    }));
  }

  /** One page of those who have a policy, of one kind or all, longest first; and how many there are. */
  async holdersOf(
    { accountUin, policyId, kind }: { accountUin: string; policyId: number; kind: Target['kind'] | undefined },
    { offset, limit }: Page,
  ): Promise<{ total: number; page: Holder[] }> {
    let holders = this.#db
      .selectFrom('attachment as a')
      .where('a.account_uin', '=', accountUin)
      .where('a.policy_id', '=', policyId);
    if (kind) holders = holders.where('a.target_kind', '=', kind);
    const { total } = await holders
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const page = await holders
      .select(['a.target_kind as kind', 'a.target_id as id', 'a.attached_at as attachedAt', nameOfTarget.as('name')])
      .orderBy('a.attached_at')
      .orderBy('a.target_kind')
      .orderBy('a.target_id')
      .limit(limit)
      .offset(offset)
      .execute();
    return { total, page };
  }

  /** To how many each of these policies is attached; those that nobody has are left out. */
  async countsOf(accountUin: string, policyIds: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#db
      .selectFrom('attachment')
      .select((select) => ['policy_id', select.fn.countAll<number>().as('count')])
      .where('account_uin', '=', accountUin)
      .where('policy_id', 'in', policyIds)
      .groupBy('policy_id')
      .execute();
    return new Map(rows.map(({ policy_id, count }) => [policy_id, count]));
  }

  #of({ accountUin, kind, id }: Target) {
    return this.#db
      .selectFrom('attachment')
      .where('account_uin', '=', accountUin)
      .where('target_kind', '=', kind)
      .where('target_id', '=', id);
  }
}

/** What whoever has an attachment `a` is called; a collaborator bears the name that its host gave it. */
const nameOfTarget = sql<string>`coalesce(case a.target_kind
  when 'group' then (select g.name from user_group g where g.group_id = cast(a.target_id as integer))
  when 'role' then (select r.name from role r where r.role_id = a.target_id)
  else coalesce(
    (select c.name from collaborator c where c.account_uin = a.account_uin and c.uin = a.target_id),
    (select u.name from user u where u.uin = a.target_id)
  ) end, '')`;

/** Changes who has which policies; exists only inside a transaction. */
export class AttachmentWriter extends AttachmentReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  /** Attaches at `now`, epoch milliseconds. */
  async attach({ accountUin, kind, id }: Target, policyId: number, now: number): Promise<void> {
    const key = { account_uin: accountUin, target_kind: kind, target_id: id, policy_id: policyId };
    await this.#trx
      .insertInto('attachment')
      .values({ ...key, attached_at: now })
      .execute();
  }

  /** Detaches; false when it was not attached. */
  async detach({ accountUin, kind, id }: Target, policyId: number): Promise<boolean> {
    const { numDeletedRows } = await this.#trx
      .deleteFrom('attachment')
      .where('account_uin', '=', accountUin)
      .where('target_kind', '=', kind)
      .where('target_id', '=', id)
      .where('policy_id', '=', policyId)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  /** Takes everything from a target that ends. */
  async detachAllOf({ accountUin, kind, id }: Target): Promise<void> {
    await this.#trx
      .deleteFrom('attachment')
      .where('account_uin', '=', accountUin)
      .where('target_kind', '=', kind)
      .where('target_id', '=', id)
      .execute();
  }

  /** Takes a policy that ends from everybody. */
  async detachFromAll(accountUin: string, policyId: number): Promise<void> {
    await this.#trx
      .deleteFrom('attachment')
      .where('account_uin', '=', accountUin)
      .where('policy_id', '=', policyId)
      .execute();
  }
}
