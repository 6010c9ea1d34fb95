import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Output in compressed blocks, with times, and counted so that the oldest can go. */
export const outputMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('invocation_task')
      .addColumn('output_expired', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await createTaskOutput(db);
    await createStoredOutput(db);
  },
};

/** Pieces of before keep their place; nobody recorded when they came. */
async function createTaskOutput(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('output_by_arrival').execute();
  await db.schema.alterTable('task_output').renameTo('task_output_before').execute();
  await db.schema
    .createTable('task_output')
    .addColumn('arrival', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('invocation_task_id', 'text', (column) =>
      column.notNull().references('invocation_task.invocation_task_id'),
    )
    .addColumn('stdout_from', 'integer', (column) => column.notNull())
    .addColumn('stdout_to', 'integer', (column) => column.notNull())
    .addColumn('stderr_from', 'integer', (column) => column.notNull())
    .addColumn('stderr_to', 'integer', (column) => column.notNull())
    .addColumn('received_at', 'bigint')
    .addColumn('packed', 'integer', (column) => column.notNull())
    // last: what comes before it is found without reading it
    .addColumn('data', sql`blob`, (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('output_by_arrival')
    .on('task_output')
    .columns(['invocation_task_id', 'arrival'])
    .execute();
  await sql`
    insert into task_output
    select arrival, invocation_task_id,
      iif(stream = 'STDOUT', start_offset, 0), iif(stream = 'STDOUT', start_offset + length, 0),
      iif(stream = 'STDERR', start_offset, 0), iif(stream = 'STDERR', start_offset + length, 0),
      null, 0, data
    from task_output_before
    order by arrival`.execute(db);
  await db.schema.dropTable('task_output_before').execute();
}

async function createStoredOutput(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('stored_output')
    .addColumn('invocation_task_id', 'text', (column) =>
      column.primaryKey().references('invocation_task.invocation_task_id'),
    )
    .addColumn('stored_bytes', 'integer', (column) => column.notNull())
    .addColumn('loose_bytes', 'integer', (column) => column.notNull())
    .addColumn('loose_pieces', 'integer', (column) => column.notNull())
    .addColumn('pack_due', 'integer', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('removing', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable('output_total')
    .addColumn('stored_bytes', 'integer', (column) => column.notNull())
    .execute();
  await sql`
    insert into stored_output
    select invocation_task_id, sum(length(data)), sum(length(data)), count(*), 1, end_time, 0
    from task_output join invocation_task using (invocation_task_id)
    group by invocation_task_id`.execute(db);
  await sql`insert into output_total select coalesce(sum(stored_bytes), 0) from stored_output`.execute(db);
  await db.schema
    .createIndex('stored_output_pack_due')
    .on('stored_output')
    .column('invocation_task_id')
    .where(sql.ref('pack_due'), '=', sql.lit(1))
    .execute();
  // what is being removed goes on first, then the oldest
  await db.schema
    .createIndex('stored_output_oldest')
    .on('stored_output')
    .columns(['removing desc', 'ended_at'])
    .where(sql.ref('ended_at'), 'is not', null)
    .execute();
}
