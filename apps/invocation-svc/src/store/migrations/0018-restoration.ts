import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a restored store has to remember. */
export const restorationMigration: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('restoration')
      .addColumn('taken_at', 'bigint', (column) => column.notNull())
      .addColumn('restored_at', 'bigint', (column) => column.notNull())
      .addColumn('settled', 'integer', (column) => column.notNull())
      .execute();
    await schema
      .createTable('orphan')
      .addColumn('instance_id', 'text', (column) => column.notNull())
      .addColumn('invocation_task_id', 'text', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('exit_code', 'integer', (column) => column.notNull())
      .addColumn('error_info', 'text', (column) => column.notNull())
      .addColumn('output_length', 'bigint', (column) => column.notNull())
      .addColumn('received_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('orphan_key', ['instance_id', 'invocation_task_id'])
      .execute();
  },
};
