import type { Tags } from '@muster/policy';
import type { Kysely, Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { TagTable } from './tables/tag.ts';

/** What of CAM's own can bear tags. */
export type TaggedKind = TagTable['resource_kind'];

/** Reads the tags of users, groups, roles and policies. Ids are a uin, a group's or policy's number as text, a role's id. */
export class TagReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** Of one thing; empty also when there is no such thing. */
  async of(accountUin: string, kind: TaggedKind, id: string): Promise<Tags> {
    const rows = await this.#of(accountUin, kind).where('resource_id', '=', id).execute();
    return asTags(rows);
  }

  /** Of every thing of a kind that has any, by its id; for lists. */
  async ofAll(accountUin: string, kind: TaggedKind): Promise<ReadonlyMap<string, Tags>> {
    return byId(await this.#of(accountUin, kind).execute());
  }

  /** Of those of these things that have any, by their ids. */
  async ofSome(accountUin: string, kind: TaggedKind, ids: readonly string[]): Promise<ReadonlyMap<string, Tags>> {
    return byId(await this.#of(accountUin, kind).where('resource_id', 'in', ids).execute());
  }

  #of(accountUin: string, kind: TaggedKind) {
    return this.#db
      .selectFrom('tag')
      .select(['resource_id', 'tag_key', 'tag_value'])
      .where('account_uin', '=', accountUin)
      .where('resource_kind', '=', kind)
      .orderBy('resource_id')
      .orderBy('tag_key');
  }
}

/** Changes tags; exists only inside a transaction. */
export class TagWriter extends TagReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  /** Adds tags; a key that is there gets the new value. Whether there is room for them is the caller's to check. */
  async set(accountUin: string, kind: TaggedKind, id: string, tags: Tags): Promise<void> {
    const rows = Object.entries(tags).map(([tag_key, tag_value]) => ({
      account_uin: accountUin,
      resource_kind: kind,
      resource_id: id,
      tag_key,
      tag_value,
    }));
    if (rows.length === 0) return;
    await this.#trx
      .insertInto('tag')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['account_uin', 'resource_kind', 'resource_id', 'tag_key'])
          .doUpdateSet((update) => ({ tag_value: update.ref('excluded.tag_value') })),
      )
      .execute();
  }

  /** Takes tags away; those that are not there do not matter. */
  async unset(accountUin: string, kind: TaggedKind, id: string, keys: readonly string[]): Promise<void> {
    await this.#delete(accountUin, kind, id).where('tag_key', 'in', keys).execute();
  }

  /** Takes every tag from a thing that ends. */
  async clear(accountUin: string, kind: TaggedKind, id: string): Promise<void> {
    await this.#delete(accountUin, kind, id).execute();
  }

  #delete(accountUin: string, kind: TaggedKind, id: string) {
    return this.#trx
      .deleteFrom('tag')
      .where('account_uin', '=', accountUin)
      .where('resource_kind', '=', kind)
      .where('resource_id', '=', id);
  }
}

type TagRow = Pick<TagTable, 'resource_id' | 'tag_key' | 'tag_value'>;

function byId(rows: readonly TagRow[]): ReadonlyMap<string, Tags> {
  const groups = Map.groupBy(rows, ({ resource_id }) => resource_id);
  return new Map([...groups].map(([id, tags]) => [id, asTags(tags)]));
}

function asTags(rows: readonly TagRow[]): Tags {
  return Object.fromEntries(rows.map(({ tag_key, tag_value }) => [tag_key, tag_value]));
}
