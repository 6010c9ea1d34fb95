import type { Kysely, Transaction } from 'kysely';
import type { PolicyRef } from '../domain/identity.ts';
import { presets, presetVersion } from './presets.ts';
import type { IamSchema } from './schema.ts';

/** A policy at the version in force, without its document. */
export interface Policy {
  readonly policyId: number;
  /** A preset is every account's and nobody's to change; it has one version, and no times. */
  readonly type: 'custom' | 'preset';
  readonly policyName: string;
  readonly description: string;
  readonly version: number;
  /** Epoch milliseconds. */
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
}

/** A custom policy as it is made. */
export interface NewPolicy extends PolicyText {
  readonly policyId: number;
  readonly accountUin: string;
  readonly policyName: string;
  readonly description: string;
}

/** A document, and when it was saved (epoch milliseconds). */
export interface PolicyText {
  readonly document: string;
  readonly now: number;
}

/** One version of a policy. */
export interface PolicyVersion {
  readonly version: number;
  readonly document: string;
  /** Epoch milliseconds; undefined for presets and for those saved before this was kept. */
  readonly createdAt: number | undefined;
}

/**
 * Reads policies: an account's own, and the presets, which are code instead of rows. Methods that take an account are bounded by
 * it. Lists begin with the account's newest and end with the presets.
 */
export class PolicyReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  async find(accountUin: string, policyId: number): Promise<Policy | undefined> {
    const [policy] = await this.findAll(accountUin, [policyId]);
    return policy;
  }

  async list(accountUin: string): Promise<Policy[]> {
    return [...(await this.#customs(accountUin).execute()).map(toCustom), ...presets];
  }

  /** Those of these policies that the account has. */
  async findAll(accountUin: string, policyIds: readonly number[]): Promise<Policy[]> {
    const customs = await this.#customs(accountUin).where('policy_id', 'in', policyIds).execute();
    return [...customs.map(toCustom), ...presets.filter(({ policyId }) => policyIds.includes(policyId))];
  }

  async findByName(accountUin: string, name: string): Promise<Policy | undefined> {
    const preset = presets.find(({ policyName }) => policyName === name);
    if (preset) return preset;
    const row = await this.#customs(accountUin).where('policy_name', '=', name).executeTakeFirst();
    return row && toCustom(row);
  }

  async nameTaken(accountUin: string, name: string): Promise<boolean> {
    return (await this.findByName(accountUin, name)) !== undefined;
  }

  /** How many of its own the account has. */
  async count(accountUin: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('policy')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('account_uin', '=', accountUin)
      .executeTakeFirstOrThrow();
    return count;
  }

  /** The text of one version; undefined once it is gone. */
  async document(ref: PolicyRef): Promise<string | undefined> {
    return (await this.version(ref))?.document;
  }

  async version({ policyId, version }: PolicyRef): Promise<PolicyVersion | undefined> {
    const preset = presetVersion(policyId);
    if (preset) return preset.version === version ? preset : undefined;
    const row = await this.#versions(policyId).where('version', '=', version).executeTakeFirst();
    return row && toVersion(row);
  }

  /** Every version that is kept, newest first. */
  async versions(policyId: number): Promise<PolicyVersion[]> {
    const preset = presetVersion(policyId);
    return preset ? [preset] : (await this.#versions(policyId).orderBy('version', 'desc').execute()).map(toVersion);
  }

  #versions(policyId: number) {
    return this.#db
      .selectFrom('policy_version')
      .select(['version', 'document', 'created_at as createdAt'])
      .where('policy_id', '=', policyId);
  }

  #customs(accountUin: string) {
    return this.#db
      .selectFrom('policy')
      .select([
        'policy_id as policyId',
        'policy_name as policyName',
        'description',
        'version',
        'created_at as createdAt',
        'updated_at as updatedAt',
      ])
      .where('account_uin', '=', accountUin)
      .orderBy('policy_id', 'desc');
  }
}

function toVersion(row: PolicyVersion): PolicyVersion {
  return { ...row, createdAt: row.createdAt || undefined };
}

function toCustom(row: Omit<Policy, 'type'>): Policy {
  return { ...row, type: 'custom' };
}

/** Changes an account's own policies; exists only inside a transaction. */
export class PolicyWriter extends PolicyReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  /** Saves a new policy; its document is version 1. */
  async insert({ policyId, accountUin, policyName, description, document, now }: NewPolicy): Promise<void> {
    await this.#trx
      .insertInto('policy')
      .values({
        policy_id: policyId,
        account_uin: accountUin,
        policy_name: policyName,
        description,
        version: 1,
        latest_version: 1,
        created_at: now,
        updated_at: now,
      })
      .execute();
    await this.#insertVersion({ policyId, version: 1 }, { document, now });
  }

  async describe(policyId: number, description: string, now: number): Promise<void> {
    await this.#trx
      .updateTable('policy')
      .set({ description, updated_at: now })
      .where('policy_id', '=', policyId)
      .execute();
  }

  /** Saves another document and hands back its number, which no version of the policy had before. */
  async addVersion(policyId: number, text: PolicyText): Promise<number> {
    const { latest_version: version } = await this.#trx
      .updateTable('policy')
      .set((update) => ({ latest_version: update('latest_version', '+', 1), updated_at: text.now }))
      .where('policy_id', '=', policyId)
      .returning('latest_version')
      .executeTakeFirstOrThrow();
    await this.#insertVersion({ policyId, version }, text);
    return version;
  }

  /** Puts a version in force. */
  async setDefault({ policyId, version }: PolicyRef, now: number): Promise<void> {
    await this.#trx.updateTable('policy').set({ version, updated_at: now }).where('policy_id', '=', policyId).execute();
  }

  async deleteVersions(policyId: number, versions: readonly number[]): Promise<void> {
    await this.#trx
      .deleteFrom('policy_version')
      .where('policy_id', '=', policyId)
      .where('version', 'in', versions)
      .execute();
  }

  /** Deletes a policy with its versions; whoever deletes takes it from everybody first. */
  async delete(policyId: number): Promise<void> {
    await this.#trx.deleteFrom('policy').where('policy_id', '=', policyId).execute();
  }

  async #insertVersion({ policyId, version }: PolicyRef, { document, now }: PolicyText): Promise<void> {
    const row = { policy_id: policyId, version, document, created_at: now };
    await this.#trx.insertInto('policy_version').values(row).execute();
  }
}
