import type { Kysely, Selectable, Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { RoleTable } from './tables/role.ts';

/** A role without its tags and policies, which are stored as those of everything else. */
export interface Role {
  /** A number as text; no user and no other role has it. */
  readonly roleId: string;
  readonly accountUin: string;
  readonly name: string;
  readonly description: string;
  /** The trust policy, JSON text as it was given. */
  readonly trustDocument: string;
  /** The longest a session may last. */
  readonly sessionSeconds: number;
  readonly boundaryPolicyId: number | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What of a role can change. Undefined takes a boundary away; what is left out stays. */
export type RoleChange = Partial<
  Pick<Role, 'description' | 'trustDocument' | 'sessionSeconds' | 'boundaryPolicyId' | 'updatedAt'>
>;

/** Reads roles. Every method is bounded by an account. */
export class RoleReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  async find(accountUin: string, roleId: string): Promise<Role | undefined> {
    const row = await this.#of(accountUin).where('role_id', '=', roleId).executeTakeFirst();
    return row && fromRow(row);
  }

  async findByName(accountUin: string, name: string): Promise<Role | undefined> {
    const row = await this.#of(accountUin).where('name', '=', name).executeTakeFirst();
    return row && fromRow(row);
  }

  /** Those that have one of these ids or one of these names, in no order. */
  async findAll(
    accountUin: string,
    { ids, names }: { readonly ids: readonly string[]; readonly names: readonly string[] },
  ): Promise<Role[]> {
    const rows = await this.#of(accountUin)
      .where((role) => role.or([role('role_id', 'in', ids), role('name', 'in', names)]))
      .execute();
    return rows.map(fromRow);
  }

  /** Every role, oldest first. */
  async list(accountUin: string): Promise<Role[]> {
    const rows = await this.#of(accountUin).orderBy('created_at').orderBy('role_id').execute();
    return rows.map(fromRow);
  }

  async count(accountUin: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('role')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('account_uin', '=', accountUin)
      .executeTakeFirstOrThrow();
    return count;
  }

  #of(accountUin: string) {
    return this.#db.selectFrom('role').selectAll().where('account_uin', '=', accountUin);
  }
}

/** Changes roles; exists only inside a transaction. */
export class RoleWriter extends RoleReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  async insert(role: Role): Promise<void> {
    await this.#trx
      .insertInto('role')
      .values({
        role_id: role.roleId,
        account_uin: role.accountUin,
        name: role.name,
        description: role.description,
        trust_document: role.trustDocument,
        session_seconds: role.sessionSeconds,
        boundary_policy_id: role.boundaryPolicyId ?? null,
        created_at: role.createdAt,
        updated_at: role.updatedAt,
      })
      .execute();
  }

  /** Saves every field that can change. */
  async update(role: Role): Promise<void> {
    await this.#trx
      .updateTable('role')
      .set({
        description: role.description,
        trust_document: role.trustDocument,
        session_seconds: role.sessionSeconds,
        boundary_policy_id: role.boundaryPolicyId ?? null,
        updated_at: role.updatedAt,
      })
      .where('role_id', '=', role.roleId)
      .execute();
  }

  /** Deletes a role and its sessions; whoever deletes clears its policies and tags. */
  async delete(roleId: string): Promise<void> {
    await this.#trx.deleteFrom('role').where('role_id', '=', roleId).execute();
  }
}

function fromRow(row: Selectable<RoleTable>): Role {
  return {
    roleId: row.role_id,
    accountUin: row.account_uin,
    name: row.name,
    description: row.description,
    trustDocument: row.trust_document,
    sessionSeconds: row.session_seconds,
    boundaryPolicyId: row.boundary_policy_id ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
