import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Runs, their tasks and what those wrote. */
export const invocationsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await createInvocation(db);
    await createInvocationTask(db);
    await createTaskOutput(db);
  },
};

async function createInvocation(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('invocation')
    .addColumn('invocation_id', 'text', (column) => column.primaryKey())
    .addColumn('account_uin', 'text', (column) => column.notNull())
    .addColumn('uin', 'text', (column) => column.notNull())
    .addColumn('command_id', 'text', (column) => column.notNull())
    .addColumn('command_version', 'integer', (column) => column.notNull())
    .addColumn('command_subject', 'text', (column) => column.notNull())
    .addColumn('command_name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('instance_kind', 'text', (column) => column.notNull())
    .addColumn('client_token', 'text')
    .addColumn('command_type', 'text', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('working_directory', 'text', (column) => column.notNull())
    .addColumn('timeout', 'integer', (column) => column.notNull())
    .addColumn('content', sql`blob`, (column) => column.notNull())
    .addColumn('rendered_content', sql`blob`, (column) => column.notNull())
    .addColumn('shown_content', sql`blob`, (column) => column.notNull())
    .addColumn('environment', 'text', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('default_parameters', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('start_time', 'bigint')
    .addColumn('end_time', 'bigint')
    // nulls are distinct: only given tokens are unique
    .addUniqueConstraint('invocation_client_token', ['account_uin', 'client_token'])
    .execute();
  await db.schema
    .createIndex('invocation_newest_first')
    .on('invocation')
    .columns(['account_uin', 'created_at desc', 'invocation_id desc'])
    .execute();
  await db.schema
    .createIndex('invocation_by_command')
    .on('invocation')
    .columns(['account_uin', 'command_id'])
    .execute();
  // decisions are asked per distinct subject: the list of those must not read the rows
  await db.schema
    .createIndex('invocation_by_subject')
    .on('invocation')
    .columns(['account_uin', 'command_subject'])
    .execute();
}

async function createInvocationTask(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('invocation_task')
    .addColumn('invocation_task_id', 'text', (column) => column.primaryKey())
    .addColumn('invocation_id', 'text', (column) => column.notNull().references('invocation.invocation_id'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('account_uin', 'text', (column) => column.notNull())
    .addColumn('command_id', 'text', (column) => column.notNull())
    .addColumn('command_subject', 'text', (column) => column.notNull())
    .addColumn('instance_id', 'text', (column) => column.notNull())
    .addColumn('instance_name', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('claim', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('deadline_at', 'bigint')
    .addColumn('timeout', 'integer', (column) => column.notNull())
    .addColumn('exit_code', 'integer')
    .addColumn('error_info', 'text', (column) => column.notNull())
    .addColumn('stdout_length', 'integer', (column) => column.notNull())
    .addColumn('stderr_length', 'integer', (column) => column.notNull())
    .addColumn('discarded', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('start_time', 'bigint')
    .addColumn('exec_end_time', 'bigint')
    .addColumn('end_time', 'bigint')
    .addUniqueConstraint('task_once_per_instance', ['invocation_id', 'instance_id'])
    .execute();
  await db.schema
    .createIndex('task_newest_first')
    .on('invocation_task')
    .columns(['account_uin', 'created_at desc', 'invocation_task_id desc'])
    .execute();
  for (const column of ['command_subject', 'instance_id']) {
    await db.schema.createIndex(`task_by_${column}`).on('invocation_task').columns(['account_uin', column]).execute();
  }
  // open tasks only: both stay small however long the history is
  const open = { due: 'due_at', deadline: 'deadline_at' } as const;
  for (const [name, column] of Object.entries(open)) {
    await db.schema
      .createIndex(`task_${name}`)
      .on('invocation_task')
      .column(column)
      .where(sql.ref(column), 'is not', null)
      .execute();
  }
  await db.schema
    .createIndex('task_open_of_instance')
    .on('invocation_task')
    .column('instance_id')
    .where(sql.ref('deadline_at'), 'is not', null)
    .execute();
}

async function createTaskOutput(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('task_output')
    .addColumn('arrival', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('invocation_task_id', 'text', (column) =>
      column.notNull().references('invocation_task.invocation_task_id'),
    )
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('start_offset', 'integer', (column) => column.notNull())
    .addColumn('length', 'integer', (column) => column.notNull())
    .addColumn('data', sql`blob`, (column) => column.notNull())
    .addUniqueConstraint('output_once', ['invocation_task_id', 'stream', 'start_offset'])
    .execute();
  await db.schema
    .createIndex('output_by_arrival')
    .on('task_output')
    .columns(['invocation_task_id', 'arrival'])
    .execute();
}
