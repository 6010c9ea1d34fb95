import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Recordings, their chunks, and the index of what was printed. */
export const recordingMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('recording')
      .addColumn('recording_number', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('session_id', 'text', (column) => column.notNull().unique().references('session.session_id'))
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('with_input', 'integer', (column) => column.notNull())
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('duration_ms', 'bigint', (column) => column.notNull())
      .addColumn('chunks', 'integer', (column) => column.notNull())
      .addColumn('last_hash', sql`blob`, (column) => column.notNull())
      .addColumn('mac', sql`blob`, (column) => column.notNull())
      .addColumn('sealed_at', 'bigint')
      .addColumn('text_bytes', 'bigint', (column) => column.notNull())
      .addColumn('stored_bytes', 'bigint', (column) => column.notNull())
      .addColumn('notes', 'bigint', (column) => column.notNull())
      .addColumn('indexed_chunks', 'integer', (column) => column.notNull())
      .addColumn('screen', sql`blob`)
      .addColumn('removed_at', 'bigint')
      .execute();
    // adds up what an account's recordings take, and finds its oldest
    await db.schema
      .createIndex('recording_of_account')
      .on('recording')
      .columns(['account_uin', 'sealed_at', 'stored_bytes'])
      .execute();
    await sql`CREATE INDEX recording_open ON recording (session_id) WHERE sealed_at IS NULL`.execute(db);
    await sql`CREATE INDEX recording_to_index ON recording (account_uin) WHERE indexed_chunks < chunks`.execute(db);
    await sql`CREATE INDEX recording_removed ON recording (removed_at) WHERE removed_at IS NOT NULL`.execute(db);
    await db.schema
      .createTable('recording_chunk')
      .addColumn('recording_number', 'integer', (column) => column.notNull().references('recording.recording_number'))
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('offset', 'bigint', (column) => column.notNull())
      .addColumn('text', sql`blob`, (column) => column.notNull())
      .addColumn('hash', sql`blob`, (column) => column.notNull())
      .addPrimaryKeyConstraint('recording_chunk_key', ['recording_number', 'number'])
      .execute();
    await db.schema
      .createTable('recording_passage')
      .addColumn('passage_id', 'integer', (column) => column.primaryKey())
      .addColumn('lines', sql`blob`, (column) => column.notNull())
      .execute();
    // it only says which passages may hold a text, so it keeps neither the text nor places in it; capitals are gone before
    await sql`
      CREATE VIRTUAL TABLE recording_text USING fts5(
        text, content='', contentless_delete=1, detail='none', tokenize='trigram case_sensitive 1'
      )
    `.execute(db);
  },
};
