import type { Selectable, Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { DelegationTable } from './tables/delegation.ts';
import type { TokenRecord } from './token-store.ts';

/** The principal that a service may act as: what a token remembers of its holder. */
export interface Delegation
  extends Pick<TokenRecord, 'uin' | 'accountUin' | 'roleId' | 'sessionName' | 'sessionPolicy' | 'accessKeyId' | 'mfa'> {
  readonly delegationId: string;
  /** When it ends by itself, epoch milliseconds; undefined for never. */
  readonly expiresAt: number | undefined;
  /** What it is for. */
  readonly purpose: string;
}

/** Changes delegations; exists only inside a transaction. */
export class DelegationWriter {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    this.#trx = trx;
  }

  async find(delegationId: string, now: number): Promise<Delegation | undefined> {
    const row = await this.#trx
      .selectFrom('delegation')
      .selectAll()
      .where('delegation_id', '=', delegationId)
      .executeTakeFirst();
    return row && (row.expires_at ?? now + 1) > now ? fromRow(row) : undefined;
  }

  async insert(delegation: Delegation, now: number): Promise<void> {
    await this.#trx
      .insertInto('delegation')
      .values({
        delegation_id: delegation.delegationId,
        uin: delegation.uin,
        account_uin: delegation.accountUin,
        role_id: delegation.roleId ?? null,
        session_name: delegation.sessionName ?? '',
        session_policy: delegation.sessionPolicy ?? '',
        access_key_id: delegation.accessKeyId ?? null,
        mfa: delegation.mfa ? 1 : 0,
        expires_at: delegation.expiresAt ?? null,
        purpose: delegation.purpose,
        created_at: now,
      })
      .execute();
  }

  async end(delegationId: string): Promise<void> {
    await this.#trx.deleteFrom('delegation').where('delegation_id', '=', delegationId).execute();
  }

  /** Drops those that have ended by themselves. */
  async purge(now: number): Promise<void> {
    await this.#trx.deleteFrom('delegation').where('expires_at', '<=', now).execute();
  }

  /** Ends those that a user gave in one account, also as a role: another invitation does not bring them back. */
  async endThoseOfUserIn(accountUin: string, uin: string): Promise<void> {
    await this.#trx.deleteFrom('delegation').where('uin', '=', uin).where('account_uin', '=', accountUin).execute();
  }
}

function fromRow(row: Selectable<DelegationTable>): Delegation {
  return {
    delegationId: row.delegation_id,
    uin: row.uin,
    accountUin: row.account_uin,
    ...(row.role_id === null ? {} : { roleId: row.role_id }),
    sessionName: row.session_name,
    sessionPolicy: row.session_policy,
    accessKeyId: row.access_key_id ?? undefined,
    mfa: row.mfa === 1,
    expiresAt: row.expires_at ?? undefined,
    purpose: row.purpose,
  };
}
