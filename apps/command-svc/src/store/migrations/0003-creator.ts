import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who made a command; whoever saved its first version. */
export const creatorMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('command')
      .addColumn('created_uin', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
    await sql`
      update command set created_uin = (
        select updated_uin from command_version where command_version.command_id = command.command_id and version = 1
      )
    `.execute(db);
  },
};
