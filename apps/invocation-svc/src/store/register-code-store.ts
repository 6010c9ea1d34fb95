import type { Page } from '@muster/command';
import type { ResourcePlan } from '@muster/kernel';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { RegisterCode } from '../domain/register-code.ts';
import type { Schema } from './schema.ts';
import { registerCodeFilter } from './visible.ts';

/** A code with the hash of its value, for the door that compares it. */
export interface GuardedRegisterCode {
  readonly code: RegisterCode;
  /** SHA-256. */
  readonly valueHash: Uint8Array;
}

/** Which codes of an account; no ids means all. */
export interface RegisterCodeSelection {
  readonly accountUin: string;
  readonly ids: readonly string[];
  /** Those that may be seen. */
  readonly visible: ResourcePlan;
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

  /** A page of the selected codes, newest first, and how many there are in all. */
  async page(
    { accountUin, ids, visible }: RegisterCodeSelection,
    { limit, offset }: Page,
  ): Promise<{ total: number; codes: RegisterCode[] }> {
    let query = this.#db
      .selectFrom('register_code')
      .where('account_uin', '=', accountUin)
      .where(registerCodeFilter(visible));
    if (ids.length > 0) query = query.where('register_code_id', 'in', ids);
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await query
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('register_code_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { total, codes: rows.map(fromRow) };
  }

  /** Those of these ids that are codes of the account. */
  async known(accountUin: string, ids: readonly string[]): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('register_code')
      .select('register_code_id')
      .where('account_uin', '=', accountUin)
      .where('register_code_id', 'in', ids)
      .execute();
    return rows.map((row) => row.register_code_id);
  }

  /** How many codes the account has, whatever they are still good for. */
  async count(accountUin: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('register_code')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('account_uin', '=', accountUin)
      .executeTakeFirstOrThrow();
    return count;
  }

  /** Switches codes off; one that is off already stays as it is. */
  async disable(ids: readonly string[], now: number): Promise<void> {
    await this.#db
      .updateTable('register_code')
      .set({ enabled: 0, updated_at: now })
      .where('register_code_id', 'in', ids)
      .where('enabled', '=', 1)
      .execute();
  }

  /** Deletes codes with their tags; machines that registered stay. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.#db.deleteFrom('register_code').where('register_code_id', 'in', ids).execute();
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
