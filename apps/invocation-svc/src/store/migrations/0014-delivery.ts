import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What machines say too late or differently, how much waits for them, and an index by which every account gets its turn. */
export const deliveryMigration: Migration = {
  async up(db: Kysely<unknown>) {
    for (const [name, type] of [
      ['late_status', 'text'],
      ['late_exit_code', 'integer'],
      ['late_error_info', 'text'],
      ['late_received_at', 'bigint'],
    ] as const) {
      await db.schema.alterTable('invocation_task').addColumn(name, type).execute();
    }
    await db.schema
      .alterTable('invocation_task')
      .addColumn('conflicts', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .createIndex('task_due_of_account')
      .on('invocation_task')
      .columns(['account_uin', 'due_at'])
      .where(sql.ref('due_at'), 'is not', null)
      .execute();
    await db.schema
      .createTable('backlog')
      .addColumn('account_uin', 'text', (column) => column.primaryKey())
      .addColumn('waiting', 'integer', (column) => column.notNull())
      .modifyEnd(sql`without rowid`)
      .execute();
    await sql`insert into backlog select account_uin, count(*) from invocation_task
      where deadline_at is not null and status in ('PENDING', 'DELIVERING', 'DELIVER_DELAYED') group by account_uin`.execute(
      db,
    );
  },
};
