import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What runs are besides a command and its machines: where their output goes, what made them, and how absent machines are dealt with.
 * The `client_token` of before stays empty from here on (SQLite drops no column of a unique constraint): tokens have a table of their own.
 */
export const runsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    for (const column of ['output_cos_bucket_url', 'output_cos_key_prefix']) {
      await addColumn(db, column, 'text', '');
    }
    // before there were public commands, every command was a user's
    await addColumn(db, 'command_created_by', 'text', 'USER');
    await addColumn(db, 'task_count', 'integer', 0);
    await addColumn(db, 'skipped_count', 'integer', 0);
    for (const column of ['parent_invocation_id', 'invoker_id']) {
      await db.schema.alterTable('invocation').addColumn(column, 'text').execute();
      await db.schema
        .createIndex(`invocation_by_${column}`)
        .on('invocation')
        .columns(['account_uin', column])
        .where(sql.ref(column), 'is not', null)
        .execute();
    }
    await sql`update invocation set task_count =
      (select count(*) from invocation_task where invocation_task.invocation_id = invocation.invocation_id)`.execute(
      db,
    );
    await db.schema.alterTable('invocation_task').addColumn('offline_expires_at', 'bigint').execute();
    // a run of ten thousand machines is listed by its first ones, and rolled up by the statuses that its tasks have
    for (const column of ['position', 'status']) {
      await db.schema
        .createIndex(`task_of_invocation_by_${column}`)
        .on('invocation_task')
        .columns(['invocation_id', column])
        .execute();
    }
  },
};

function addColumn(db: Kysely<unknown>, name: string, type: 'text' | 'integer', before: string | number) {
  return db.schema
    .alterTable('invocation')
    .addColumn(name, type, (column) => column.notNull().defaultTo(before))
    .execute();
}
