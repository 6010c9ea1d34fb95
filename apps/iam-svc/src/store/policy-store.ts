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

  /** Those of these policies that are the account's, newest first. */
  findAll(accountUin: string, policyIds: readonly number[]): Promise<Policy[]> {
    return this.#of(accountUin).where('policy_id', 'in', policyIds).orderBy('policy_id', 'desc').execute();
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
        latest_version: policy.version,
        created_at: policy.createdAt,
        updated_at: policy.updatedAt,
      })
      .execute();
    await this.#insertVersion(policy, document, policy.createdAt);
  }

  /** Saves a new version and drops those that are too old to keep. */
  async update(policy: Policy, document: string): Promise<void> {
    const { policyId, version, description, updatedAt } = policy;
    await this.#trx
      .updateTable('policy')
      .set({ version, latest_version: version, description, updated_at: updatedAt })
      .where('policy_id', '=', policyId)
      .execute();
    await this.#insertVersion(policy, document, updatedAt);
    await this.#trx
      .deleteFrom('policy_version')
      .where('policy_id', '=', policyId)
      .where('version', '<=', version - KEPT_VERSIONS)
      .execute();
  }

  /** Deletes a policy with its versions; whoever deletes takes it from everybody first. */
  async delete(policyId: number): Promise<void> {
    await this.#trx.deleteFrom('policy').where('policy_id', '=', policyId).execute();
  }

  async #insertVersion({ policyId, version }: PolicyRef, document: string, now: number): Promise<void> {
    const row = { policy_id: policyId, version, document, created_at: now };
    await this.#trx.insertInto('policy_version').values(row).execute();
  }
}
