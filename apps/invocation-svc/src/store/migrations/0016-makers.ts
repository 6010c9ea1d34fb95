import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** On whose behalf runs are made whose tasks may still start. Runs from before have nobody to ask about. */
export const makersMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('run_maker')
      .addColumn('invocation_id', 'text', (column) =>
        column.primaryKey().references('invocation.invocation_id').onDelete('cascade'),
      )
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('delegation_id', 'text', (column) => column.notNull())
      .addColumn('question', 'text', (column) => column.notNull())
      .addColumn('starts_until', 'bigint', (column) => column.notNull())
      .modifyEnd(sql`without rowid`)
      .execute();
    await db.schema.createIndex('run_maker_of_account').on('run_maker').column('account_uin').execute();
    await db.schema.createIndex('run_maker_until').on('run_maker').column('starts_until').execute();
  },
};
