import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Sessions, tickets and what accounts have set. */
export const sessionMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('session')
      .addColumn('session_id', 'text', (column) => column.primaryKey())
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('instance_id', 'text', (column) => column.notNull())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('forward_to', 'text', (column) => column.notNull())
      .addColumn('username', 'text', (column) => column.notNull())
      .addColumn('working_directory', 'text', (column) => column.notNull())
      .addColumn('create_uin', 'text', (column) => column.notNull())
      .addColumn('principal', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('columns', 'integer', (column) => column.notNull())
      .addColumn('rows', 'integer', (column) => column.notNull())
      .addColumn('grace_ms', 'integer', (column) => column.notNull())
      .addColumn('idle_ms', 'integer', (column) => column.notNull())
      .addColumn('longest_ms', 'integer', (column) => column.notNull())
      .addColumn('record_output', 'integer', (column) => column.notNull())
      .addColumn('record_input', 'integer', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('since', 'bigint', (column) => column.notNull())
      .addColumn('started_at', 'bigint')
      .addColumn('active_at', 'bigint', (column) => column.notNull())
      .addColumn('cut_at', 'bigint')
      .addColumn('end_reason', 'text')
      .addColumn('error_info', 'text', (column) => column.notNull())
      .addColumn('exit_code', 'integer')
      .addColumn('ended_at', 'bigint')
      .addColumn('turn', 'integer', (column) => column.notNull())
      .addColumn('sequence', 'bigint', (column) => column.notNull())
      .addColumn('frame_key', sql`blob`)
      .execute();
    await db.schema
      .createIndex('session_newest_first')
      .on('session')
      .columns(['account_uin', 'created_at desc', 'session_id desc'])
      .execute();
    await sql`CREATE INDEX session_open ON session (account_uin, instance_id, principal) WHERE state <> 'ENDED'`.execute(
      db,
    );
    await db.schema
      .createTable('ticket')
      .addColumn('hash', sql`blob`, (column) => column.primaryKey())
      .addColumn('session_id', 'text', (column) =>
        column.notNull().references('session.session_id').onDelete('cascade'),
      )
      .addColumn('instance_id', 'text', (column) => column.notNull())
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('principal', 'text', (column) => column.notNull())
      .addColumn('mode', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('used_at', 'bigint')
      .execute();
    await db.schema.createIndex('ticket_of_session').on('ticket').column('session_id').execute();
    await db.schema.createIndex('ticket_expiry').on('ticket').column('expires_at').execute();
    await db.schema
      .createTable('account_settings')
      .addColumn('account_uin', 'text', (column) => column.primaryKey())
      .addColumn('record_output', 'integer')
      .addColumn('record_input', 'integer')
      .addColumn('recording_days', 'integer')
      .addColumn('recording_megabytes', 'integer')
      .addColumn('idle_seconds', 'integer')
      .addColumn('longest_seconds', 'integer')
      .execute();
  },
};
