import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const COUNTED = {
  invocation: ['command_id', 'command_created_by', 'instance_kind'],
  invocation_task: ['command_id', 'instance_id'],
} as const;

/** What lists need to cost the same however long the history is: counts that are kept, and every filter in the order of the lists. */
export const historyMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('history_count')
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('counted', 'text', (column) => column.notNull())
      .addColumn('of', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('total', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('history_count_key', ['account_uin', 'counted', 'of', 'value'])
      .modifyEnd(sql`without rowid`)
      .execute();
    for (const [table, columns] of Object.entries(COUNTED)) {
      await sql`insert into history_count select account_uin, ${table}, '', '', count(*)
        from ${sql.table(table)} group by account_uin`.execute(db);
      for (const column of columns) {
        await sql`insert into history_count select account_uin, ${table}, ${column}, ${sql.ref(column)}, count(*)
          from ${sql.table(table)} group by account_uin, ${sql.ref(column)}`.execute(db);
        await db.schema
          .createIndex(`${table}_newest_by_${column}`)
          .on(table)
          .columns(['account_uin', column, 'created_at desc', `${table}_id desc`])
          .execute();
      }
    }
    // the new indexes begin with the same columns
    await db.schema.dropIndex('invocation_by_command').execute();
    await db.schema.dropIndex('task_by_instance_id').execute();
  },
};
