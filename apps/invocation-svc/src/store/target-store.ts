import { type Kysely, type SqlBool, sql } from 'kysely';
import type { InstanceSelector } from '../domain/selector.ts';
import type { Target } from '../domain/targets.ts';
import type { Schema } from './schema.ts';
import { type InstancePlans, instanceFilter } from './visible.ts';

/** A machine as runs need to know it. */
export interface TargetRecord extends Target {
  readonly name: string;
}

/** Ids in one question: SQLite bounds the parameters of a statement. */
const BATCH = 500;

/** Finds the machines that runs are made for. */
export class TargetStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Those of these machines that the account has, in no particular order. */
  async byIds(accountUin: string, ids: readonly string[]): Promise<TargetRecord[]> {
    const found: TargetRecord[] = [];
    for (let from = 0; from < ids.length; from += BATCH) {
      const rows = await this.#targets(accountUin)
        .where('instance_id', 'in', ids.slice(from, from + BATCH))
        .execute();
      found.push(...rows.map(targetFromRow));
    }
    return found;
  }

  /** The account's machines that fit the selector and that may be run on, by name. */
  async selected(
    accountUin: string,
    { names, tags }: InstanceSelector,
    allowed: InstancePlans,
  ): Promise<TargetRecord[]> {
    let query = this.#targets(accountUin).where(instanceFilter(allowed, 'instance.instance_id'));
    if (names.length > 0) {
      query = query.where((where) => where.or(names.map((name) => sql<SqlBool>`name glob ${globOf(name)}`)));
    }
    for (const { key, values } of tags) {
      query = query.where((where) => {
        const tag = where
          .selectFrom('instance_tag')
          .select('position')
          .whereRef('instance_tag.resource_id', '=', 'instance.instance_id')
          .where('tag_key', '=', key);
        return where.exists(values.length === 0 ? tag : tag.where('tag_value', 'in', values));
      });
    }
    return (await query.orderBy('name').orderBy('instance_id').execute()).map(targetFromRow);
  }

  /** Which of these machines are there, whoever has them. */
  async present(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.#db
      .selectFrom('instance')
      .select('instance_id')
      .where('instance_id', 'in', ids)
      .where('online', '=', 1)
      .execute();
    return new Set(rows.map((row) => row.instance_id));
  }

  #targets(accountUin: string) {
    return this.#db
      .selectFrom('instance')
      .select(['instance_id', 'name', 'system_name', 'online', 'epoch'])
      .where('account_uin', '=', accountUin);
  }
}

/** `*` and `?` mean the same there; a set is nothing that selectors know. */
function globOf(pattern: string): string {
  return pattern.replaceAll('[', '[[]').replaceAll(/\*+/g, '*');
}

function targetFromRow(row: {
  instance_id: string;
  name: string;
  system_name: string;
  online: number;
  epoch: number;
}): TargetRecord {
  return {
    instanceId: row.instance_id,
    name: row.name,
    systemName: row.system_name,
    online: row.online === 1,
    installed: row.epoch > 0,
  };
}
