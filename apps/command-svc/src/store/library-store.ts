import type { Filter, Page, Scene } from '@muster/command';
import type { Kysely, Transaction } from 'kysely';
import type { Command } from '../domain/command.ts';
import { LIBRARY_UIN } from '../domain/library.ts';
import type { StoredScene } from '../domain/public-library.ts';
import type { CommandSchema } from './schema.ts';
import type { SceneTable } from './tables/scene.ts';

/** Which scenes; no ids and no filters means all. */
export interface SceneSelection {
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
}

/** Reads what only the public library has. */
export class SceneReader {
  readonly #db: Kysely<CommandSchema>;

  constructor(db: Kysely<CommandSchema>) {
    this.#db = db;
  }

  /** A page of the selected scenes, newest first, and how many there are in all. */
  async page(
    { ids, filters }: SceneSelection,
    { limit, offset }: Page,
  ): Promise<{ total: number; scenes: StoredScene[] }> {
    let query = this.#db.selectFrom('scene').where('listed', '=', 1);
    if (ids.length > 0) query = query.where('scene_id', 'in', ids);
    for (const { name, values } of filters) {
      if (name === 'scene-id') query = query.where('scene_id', 'in', values);
      if (name === 'scene-name') {
        query = query.where((where) =>
          where.or([where('scene_name', 'in', values), where('scene_name_zh', 'in', values)]),
        );
      }
      // created-by: its only value is what all of them are
    }
    const { total } = await query
      .select((select) => select.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const rows = await query
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('scene_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { total, scenes: rows.map(fromRow) };
  }
}

/** Changes the public library; exists only inside a transaction. */
export class LibraryWriter {
  readonly #trx: Transaction<CommandSchema>;

  constructor(trx: Transaction<CommandSchema>) {
    this.#trx = trx;
  }

  /** Those of these ids that are an account's own commands. */
  async ownIds(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const rows = await this.#trx
      .selectFrom('command')
      .select('command_id')
      .where('command_id', 'in', ids)
      .where('account_uin', '!=', LIBRARY_UIN)
      .execute();
    return rows.map((row) => row.command_id);
  }

  /** Takes every public command and scene off the list; `list` and `putScene` put back those that there still are. */
  async clear(): Promise<void> {
    await this.#trx
      .updateTable('command')
      // frees all names, so that two commands may swap theirs
      .set((column) => ({ listed: 0, command_name: column.ref('command_id') }))
      .where('account_uin', '=', LIBRARY_UIN)
      .execute();
    await this.#trx.updateTable('scene').set({ listed: 0 }).execute();
  }

  /** Puts a stored public command on the list. */
  async list({ commandId, scenes, commandName }: Pick<Command, 'commandId' | 'scenes' | 'commandName'>): Promise<void> {
    await this.#trx
      .updateTable('command')
      .set({ listed: 1, scene_id: scenes[0] ?? '', command_name: commandName })
      .where('command_id', '=', commandId)
      .execute();
  }

  /** Puts a scene on the list. */
  async putScene({ sceneId, name }: Scene, now: number): Promise<void> {
    const names = { scene_name: name.en, scene_name_zh: name.zh };
    const known = await this.#trx.selectFrom('scene').selectAll().where('scene_id', '=', sceneId).executeTakeFirst();
    if (known === undefined) {
      const times = { created_at: now, updated_at: now };
      await this.#trx
        .insertInto('scene')
        .values({ scene_id: sceneId, ...names, listed: 1, ...times })
        .execute();
      return;
    }
    const same = known.scene_name === name.en && known.scene_name_zh === name.zh;
    await this.#trx
      .updateTable('scene')
      .set({ ...names, listed: 1, updated_at: same ? known.updated_at : now })
      .where('scene_id', '=', sceneId)
      .execute();
  }
}

function fromRow(row: SceneTable): StoredScene {
  return {
    sceneId: row.scene_id,
    name: { en: row.scene_name, zh: row.scene_name_zh },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
