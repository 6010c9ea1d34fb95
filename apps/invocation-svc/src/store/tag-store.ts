import type { Tag } from '@muster/command';
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** The tables of tags. */
export type TagTableName = 'instance_tag' | 'register_code_tag' | 'invoker_tag' | 'invocation_command_tag';

/** Tags of one kind of thing. Not bounded by an account: ask about things that are known to be the account's. */
export class TagStore {
  readonly #db: Kysely<Schema>;
  readonly #table: 'instance_tag';

  constructor(db: Kysely<Schema>, table: TagTableName) {
    this.#db = db;
    // they all look the same
    this.#table = table as 'instance_tag';
  }

  /** The tags of each of these, in order. */
  async of(ids: readonly string[]): Promise<(id: string) => readonly Tag[]> {
    if (ids.length === 0) return () => [];
    const rows = await this.#db
      .selectFrom(this.#table)
      .select(['resource_id', 'tag_key as key', 'tag_value as value'])
      // one parameter however many are asked about: SQLite bounds their number
      .where('resource_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(ids)}))`)
      .orderBy('position')
      .execute();
    const byId = Map.groupBy(rows, (row) => row.resource_id);
    return (id) => (byId.get(id) ?? []).map(({ key, value }) => ({ key, value }));
  }

  /** Gives a thing these tags in the place of those that it has. */
  async replace(id: string, tags: readonly Tag[]): Promise<void> {
    await this.#db.deleteFrom(this.#table).where('resource_id', '=', id).execute();
    if (tags.length === 0) return;
    await this.#db
      .insertInto(this.#table)
      .values(tags.map(({ key, value }, position) => ({ resource_id: id, position, tag_key: key, tag_value: value })))
      .execute();
  }
}
