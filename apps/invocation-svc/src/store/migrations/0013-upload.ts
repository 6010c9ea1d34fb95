import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Where machines put the full output of tasks, and why they could not. */
export const uploadMigration: Migration = {
  async up(db: Kysely<unknown>) {
    for (const name of ['output_url', 'output_upload_error']) {
      await db.schema
        .alterTable('invocation_task')
        .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
        .execute();
    }
  },
};
