import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What noticing clones needs, and the keys of machines that were removed. */
export const machinesMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('instance').addColumn('session_opened_at', 'bigint').execute();
    await db.schema.alterTable('instance').addColumn('clone_noticed_at', 'bigint').execute();
    // agents say a hash of it from now on: compared with that, every machine would pass for another one
    await (db as Kysely<{ instance: { machine_id: string } }>)
      .updateTable('instance')
      .set({ machine_id: '' })
      .execute();
    await db.schema
      .createTable('revoked_key')
      .addColumn('public_key', 'text', (column) => column.primaryKey())
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('revoked_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('revoked_key_of_account')
      .on('revoked_key')
      .columns(['account_uin', 'revoked_at'])
      .execute();
  },
};
