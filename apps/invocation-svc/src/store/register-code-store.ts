import type { Insertable, Kysely, Selectable } from 'kysely';
import type { RegisterCode } from '../domain/register-code.ts';
import type { Schema } from './schema.ts';

/** A code with the hash of its value, for the door that compares it. */
export interface GuardedRegisterCode {
  readonly code: RegisterCode;
  /** SHA-256. */
  readonly valueHash: Uint8Array;
}

/** Register codes. Given a transaction, everything happens in it. */
export class RegisterCodeStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** A code of whatever account: who brings one is nobody yet. */
  async find(registerCodeId: string): Promise<GuardedRegisterCode | undefined> {
    const row = await this.#db
      .selectFrom('register_code')
      .selectAll()
      .where('register_code_id', '=', registerCodeId)
      .executeTakeFirst();
    return row && { code: fromRow(row), valueHash: row.value_hash };
  }

  /** The account's codes with these ids, or all of them, newest first. */
  async select(accountUin: string, ids: readonly string[]): Promise<RegisterCode[]> {
    let query = this.#db.selectFrom('register_code').selectAll().where('account_uin', '=', accountUin);
    if (ids.length > 0) query = query.where('register_code_id', 'in', ids);
    const rows = await query.orderBy('created_at', 'desc').orderBy('register_code_id', 'desc').execute();
    return rows.map(fromRow);
  }

  /** Saves a new code. */
  async insert({ code, valueHash }: GuardedRegisterCode): Promise<void> {
    await this.#db.insertInto('register_code').values(toRow(code, valueHash)).execute();
  }

  /** Takes one place of the code; false when it has none to give (any more). One statement, so that no two get the same place. */
  async takePlace(registerCodeId: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('register_code')
      .set((column) => ({ registered_count: column('registered_count', '+', 1), updated_at: now }))
      .where('register_code_id', '=', registerCodeId)
      .where('enabled', '=', 1)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
      .whereRef('registered_count', '<', 'register_limit')
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
}

function fromRow(row: Selectable<Schema['register_code']>): RegisterCode {
  return {
    registerCodeId: row.register_code_id,
    accountUin: row.account_uin,
    description: row.description,
    instanceNamePrefix: row.instance_name_prefix,
    kind: row.kind,
    registerLimit: row.register_limit,
    registeredCount: row.registered_count,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ipAddressRange: row.ip_address_range,
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toRow(code: RegisterCode, valueHash: Uint8Array): Insertable<Schema['register_code']> {
  return {
    register_code_id: code.registerCodeId,
    account_uin: code.accountUin,
    value_hash: valueHash,
    description: code.description,
    instance_name_prefix: code.instanceNamePrefix,
    kind: code.kind,
    register_limit: code.registerLimit,
    registered_count: code.registeredCount,
    expires_at: code.expiresAt ?? null,
    ip_address_range: code.ipAddressRange,
    enabled: code.enabled ? 1 : 0,
    created_at: code.createdAt,
    updated_at: code.updatedAt,
  };
}
