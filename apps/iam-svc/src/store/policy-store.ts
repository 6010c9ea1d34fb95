import type { Kysely, Transaction } from 'kysely';
import type { PolicyRef } from '../domain/identity.ts';
import type { IamSchema } from './schema.ts';

/** A custom policy at the version in force, without its document. */
export interface Policy {
  readonly policyId: number;
  readonly accountUin: string;
  readonly policyName: string;
  readonly description: string;
  readonly version: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** How many versions of a policy are kept (CAM section 10). */
const KEPT_VERSIONS = 5;

/** Reads policies. Methods that take an account are bounded by it. */
export class PolicyReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  async find(accountUin: string, policyId: number): Promise<Policy | undefined> {
    return this.#of(accountUin).where('policy_id', '=', policyId).executeTakeFirst();
  }

  /** Every policy of the account, newest first. */
  list(accountUin: string): Promise<Policy[]> {
    return this.#of(accountUin).orderBy('policy_id', 'desc').execute();
  }

  /** The policies attached to a user, newest first. */
  attached(accountUin: string, uin: string): Promise<Policy[]> {
    return this.#of(accountUin)
      .where('policy_id', 'in', (select) =>
        select.selectFrom('user_policy').select('user_policy.policy_id').where('user_policy.uin', '=', uin),
      )
      .orderBy('policy_id', 'desc')
      .execute();
  }

  async nameTaken(accountUin: string, policyName: string): Promise<boolean> {
    return (await this.#of(accountUin).where('policy_name', '=', policyName).executeTakeFirst()) !== undefined;
  }

  async count(accountUin: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('policy')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('account_uin', '=', accountUin)
      .executeTakeFirstOrThrow();
    return count;
  }

  /** The text of one version; undefined once it is gone. */
  async document({ policyId, version }: PolicyRef): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('policy_version')
      .select('document')
      .where('policy_id', '=', policyId)
      .where('version', '=', version)
      .executeTakeFirst();
    return row?.document;
  }

  #of(accountUin: string) {
    return this.#db
      .selectFrom('policy')
      .select([
        'policy_id as policyId',
        'account_uin as accountUin',
        'policy_name as policyName',
        'description',
        'version',
        'created_at as createdAt',
        'updated_at as updatedAt',
      ])
      .where('account_uin', '=', accountUin);
  }
}

/** Changes policies; exists only inside a transaction. */
export class PolicyWriter extends PolicyReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  /** Saves a new policy with its first document. */
  async insert(policy: Policy, document: string): Promise<void> {
    await this.#trx
      .insertInto('policy')
      .values({
        policy_id: policy.policyId,
        account_uin: policy.accountUin,
        policy_name: policy.policyName,
        description: policy.description,
        version: policy.version,
        created_at: policy.createdAt,
        updated_at: policy.updatedAt,
      })
      .execute();
    await this.#insertVersion(policy, document);
  }

  /** Saves a new version and drops those that are too old to keep. */
  async update(policy: Policy, document: string): Promise<void> {
    const { policyId, version, description, updatedAt } = policy;
    await this.#trx
      .updateTable('policy')
      .set({ version, description, updated_at: updatedAt })
      .where('policy_id', '=', policyId)
      .execute();
    await this.#insertVersion(policy, document);
    await this.#trx
      .deleteFrom('policy_version')
      .where('policy_id', '=', policyId)
      .where('version', '<=', version - KEPT_VERSIONS)
      .execute();
  }

  /** Deletes a policy with its versions and attachments. */
  async delete(policyId: number): Promise<void> {
    await this.#trx.deleteFrom('policy').where('policy_id', '=', policyId).execute();
  }

  async attach(uin: string, policyId: number, now: number): Promise<void> {
    await this.#trx.insertInto('user_policy').values({ uin, policy_id: policyId, attached_at: now }).execute();
  }

  /** Detaches; false when it was not attached. */
  async detach(uin: string, policyId: number): Promise<boolean> {
    const { numDeletedRows } = await this.#trx
      .deleteFrom('user_policy')
      .where('uin', '=', uin)
      .where('policy_id', '=', policyId)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }

  async #insertVersion({ policyId, version }: PolicyRef, document: string): Promise<void> {
    await this.#trx.insertInto('policy_version').values({ policy_id: policyId, version, document }).execute();
  }
}
