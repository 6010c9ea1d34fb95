import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The public library beside the accounts' own commands, and where runs put their full output. */
export const libraryMigration: Migration = {
  async up(db: Kysely<unknown>) {
    for (const name of ['output_cos_bucket_url', 'output_cos_key_prefix', 'formatted_description']) {
      await db.schema
        .alterTable('command_version')
        .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
        .execute();
    }
    const ofCommand = [
      ['created_by', 'text', 'USER'],
      ['scene_id', 'text', ''],
      ['listed', 'integer', 1],
    ] as const;
    for (const [name, type, value] of ofCommand) {
      await db.schema
        .alterTable('command')
        .addColumn(name, type, (column) => column.notNull().defaultTo(value))
        .execute();
    }
    await db.schema
      .createTable('scene')
      .addColumn('scene_id', 'text', (column) => column.primaryKey())
      .addColumn('scene_name', 'text', (column) => column.notNull())
      .addColumn('scene_name_zh', 'text', (column) => column.notNull())
      .addColumn('listed', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
