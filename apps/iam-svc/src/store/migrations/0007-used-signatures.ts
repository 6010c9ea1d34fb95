import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Signatures of requests that must not come twice. */
export const usedSignaturesMigration: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('used_signature')
      .addColumn('signature', 'text', (column) => column.primaryKey())
      .addColumn('purpose', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .modifyEnd(sql`without rowid`)
      .execute();
    await schema.createIndex('used_signature_by_expiry').on('used_signature').column('expires_at').execute();
  },
};
