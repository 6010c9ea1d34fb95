import type { Kysely, Transaction } from 'kysely';
import type { Page } from '../domain/fields.ts';
import type { IamSchema } from './schema.ts';

/**
 * A sub-user or a collaborator of an account: whoever can have policies, be in groups and be bounded. The root and message recipients
 * are none.
 */
export interface Grantee {
  /** A collaborator's is the one it has at home. */
  readonly uin: string;
  readonly kind: 'user' | 'collaborator';
  /** As this account calls it. */
  readonly name: string;
  readonly remark: string;
  readonly consoleLogin: boolean;
  readonly active: boolean;
  readonly mfaEnabled: boolean;
  readonly boundaryPolicyId: number | undefined;
  /** When it was made or invited; epoch milliseconds. */
  readonly createdAt: number;
}

/** Reads grantees. Every method is bounded by an account. */
export class GranteeReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  async find(accountUin: string, uin: string): Promise<Grantee | undefined> {
    const row = await this.#of(accountUin).where('g.uin', '=', uin).executeTakeFirst();
    return row && fromRow(row);
  }

  /** One page of a group's members, in the order in which they joined; all when no page is given. */
  async membersOf(accountUin: string, groupId: number, page?: Page): Promise<Grantee[]> {
    const members = this.#of(accountUin)
      .innerJoin('group_member as m', 'm.uin', 'g.uin')
      .where('m.group_id', '=', groupId)
      .orderBy('m.joined_at')
      .orderBy('g.uin');
    const rows = await (page ? members.limit(page.limit).offset(page.offset) : members).execute();
    return rows.map(fromRow);
  }

  #of(accountUin: string) {
    const users = this.#db
      .selectFrom('user as u')
      .select(['u.uin', 'u.name', 'u.remark', 'u.boundary_policy_id', 'u.created_at'])
      .where('u.account_uin', '=', accountUin)
      .where('u.uin', '!=', accountUin)
      .where('u.receives_only', '=', 0);
    const collaborators = this.#db
      .selectFrom('collaborator as c')
      .select(['c.uin', 'c.name', 'c.remark', 'c.boundary_policy_id', 'c.created_at'])
      .where('c.account_uin', '=', accountUin);
    return this.#db
      .selectFrom(users.unionAll(collaborators).as('g'))
      .innerJoin('user as home', 'home.uin', 'g.uin')
      .select(['g.uin', 'g.name', 'g.remark', 'g.boundary_policy_id', 'g.created_at'])
      .select((home) => home('home.account_uin', '!=', accountUin).as('is_guest'))
      .select((home) => home('home.password_hash', '!=', '').as('console_login'))
      .select(['home.active', 'home.mfa_enabled']);
  }
}

/** Changes what bounds grantees; exists only inside a transaction. */
export class GranteeWriter extends GranteeReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  /** Bounds a grantee by a policy, or by none (undefined). */
  async setBoundary(accountUin: string, { uin, kind }: Grantee, policyId: number | undefined): Promise<void> {
    await this.#trx
      .updateTable(kind)
      .set({ boundary_policy_id: policyId ?? null })
      .where('account_uin', '=', accountUin)
      .where('uin', '=', uin)
      .execute();
  }
}

interface GranteeRow extends Pick<Grantee, 'uin' | 'name' | 'remark'> {
  readonly boundary_policy_id: number | null;
  readonly created_at: number;
  /** SQLite answers truths with 0 and 1. */
  readonly is_guest: unknown;
  readonly console_login: unknown;
  readonly active: number;
  readonly mfa_enabled: number;
}

function fromRow(row: GranteeRow): Grantee {
  return {
    uin: row.uin,
    kind: row.is_guest ? 'collaborator' : 'user',
    name: row.name,
    remark: row.remark,
    consoleLogin: Boolean(row.console_login),
    active: row.active === 1,
    mfaEnabled: row.mfa_enabled === 1,
    boundaryPolicyId: row.boundary_policy_id ?? undefined,
    createdAt: row.created_at,
  };
}
