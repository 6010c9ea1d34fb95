import type { Kysely, Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { AttachmentTable } from './tables/attachment.ts';

/** Somebody in an account who may have policies. */
export interface Target {
  readonly accountUin: string;
  readonly kind: AttachmentTable['target_kind'];
  /** A uin, a group's number or a role's id. */
  readonly id: string;
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

  #of({ accountUin, kind, id }: Target) {
    return this.#db
      .selectFrom('attachment')
      .where('account_uin', '=', accountUin)
      .where('target_kind', '=', kind)
      .where('target_id', '=', id);
  }
}

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
