import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What machines refuse, and whose signature they accept. */
export const guardMigration: Migration = {
  async up(db: Kysely<unknown>) {
    for (const [name, empty] of [
      ['refusals', '{}'],
      ['host_veto', ''],
      ['signing_key_ids', '[]'],
    ] as const) {
      await db.schema
        .alterTable('instance')
        .addColumn(name, 'text', (column) => column.notNull().defaultTo(empty))
        .execute();
    }
  },
};
