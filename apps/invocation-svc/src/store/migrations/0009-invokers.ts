import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Schedules, their tags, and what became of their slots; which commands are being executed. */
export const invokersMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await createInvoker(db);
    await createInvokerTag(db);
    await createInvokerSlot(db);
    // open tasks only: it stays small however long the history is
    await db.schema
      .createIndex('task_open_of_command')
      .on('invocation_task')
      .columns(['account_uin', 'command_id'])
      .where(sql.ref('deadline_at'), 'is not', null)
      .execute();
    await db.schema
      .createIndex('invocation_open_of_invoker')
      .on('invocation')
      .column('invoker_id')
      .where(sql<boolean>`invoker_id is not null and end_time is null`)
      .execute();
  },
};

async function createInvoker(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('invoker')
    .addColumn('invoker_id', 'text', (column) => column.primaryKey())
    .addColumn('account_uin', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('command_id', 'text', (column) => column.notNull())
    .addColumn('command_version', 'integer', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('sealed_parameters', sql`blob`)
    .addColumn('instance_ids', 'text', (column) => column.notNull())
    .addColumn('selector', 'text')
    .addColumn('offline_policy', 'text', (column) => column.notNull())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('recurrence', 'text', (column) => column.notNull())
    .addColumn('invoke_at', 'bigint')
    .addColumn('time_zone', 'text', (column) => column.notNull())
    .addColumn('overlap_policy', 'text', (column) => column.notNull())
    .addColumn('missed_run_policy', 'text', (column) => column.notNull())
    .addColumn('missed_run_window', 'integer', (column) => column.notNull())
    .addColumn('next_at', 'bigint')
    .addColumn('created_uin', 'text', (column) => column.notNull())
    .addColumn('delegation_id', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute();
  const there = sql<boolean>`deleted_at is null`;
  await db.schema
    .createIndex('invoker_newest_first')
    .on('invoker')
    .columns(['account_uin', 'created_at desc', 'invoker_id desc'])
    .where(there)
    .execute();
  await db.schema
    .createIndex('invoker_by_command')
    .on('invoker')
    .columns(['account_uin', 'command_id'])
    .where(there)
    .execute();
  await db.schema
    .createIndex('invoker_due')
    .on('invoker')
    .column('next_at')
    .where(sql.ref('next_at'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('invoker_delegation_to_end')
    .on('invoker')
    .column('delegation_id')
    .where(sql<boolean>`deleted_at is not null and delegation_id is not null`)
    .execute();
}

async function createInvokerTag(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('invoker_tag')
    .addColumn('resource_id', 'text', (column) => column.notNull().references('invoker.invoker_id'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('tag_key', 'text', (column) => column.notNull())
    .addColumn('tag_value', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('invoker_tag_key', ['resource_id', 'tag_key'])
    .execute();
}

async function createInvokerSlot(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('invoker_slot')
    .addColumn('invoker_id', 'text', (column) => column.notNull().references('invoker.invoker_id'))
    .addColumn('slot', 'bigint', (column) => column.notNull())
    .addColumn('account_uin', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('invoked_at', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('invocation_id', 'text')
    .addColumn('due_at', 'bigint')
    .addPrimaryKeyConstraint('invoker_slot_once', ['invoker_id', 'slot'])
    .execute();
  for (const owner of ['account_uin', 'invoker_id']) {
    await db.schema
      .createIndex(`invoker_slot_newest_first_of_${owner}`)
      .on('invoker_slot')
      .columns([owner, 'invoked_at desc', 'slot desc'])
      .execute();
  }
  await db.schema
    .createIndex('invoker_slot_due')
    .on('invoker_slot')
    .column('due_at')
    .where(sql.ref('due_at'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('invoker_slot_queued')
    .on('invoker_slot')
    .column('invoker_id')
    .where(sql.ref('outcome'), '=', sql.lit('QUEUED'))
    .execute();
}
