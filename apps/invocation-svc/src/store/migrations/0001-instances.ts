import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Machines, the codes they register with, and the NATS accounts they live in. */
export const instancesMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('tenant')
      .addColumn('account_uin', 'text', (column) => column.primaryKey())
      .addColumn('tenant', 'text', (column) => column.notNull().unique())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('register_code')
      .addColumn('register_code_id', 'text', (column) => column.primaryKey())
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('value_hash', sql`blob`, (column) => column.notNull())
      .addColumn('description', 'text', (column) => column.notNull())
      .addColumn('instance_name_prefix', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('register_limit', 'integer', (column) => column.notNull())
      .addColumn('registered_count', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('ip_address_range', 'text', (column) => column.notNull())
      .addColumn('enabled', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('register_code_newest_first')
      .on('register_code')
      .columns(['account_uin', 'created_at desc', 'register_code_id desc'])
      .execute();
    await db.schema
      .createTable('instance')
      .addColumn('instance_id', 'text', (column) => column.primaryKey())
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('public_key', 'text', (column) => column.notNull().unique())
      .addColumn('register_code_id', 'text', (column) => column.notNull())
      .addColumn('host_name', 'text', (column) => column.notNull())
      .addColumn('local_ip', 'text', (column) => column.notNull())
      .addColumn('system_name', 'text', (column) => column.notNull())
      .addColumn('agent_version', 'text', (column) => column.notNull())
      .addColumn('machine_id', 'text', (column) => column.notNull())
      .addColumn('support_features', 'text', (column) => column.notNull())
      .addColumn('epoch', 'bigint', (column) => column.notNull())
      .addColumn('boot_id', 'text', (column) => column.notNull())
      .addColumn('journal_id', 'text', (column) => column.notNull())
      .addColumn('online', 'integer', (column) => column.notNull())
      .addColumn('last_heartbeat_at', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('instance_newest_first')
      .on('instance')
      .columns(['account_uin', 'created_at desc', 'instance_id desc'])
      .execute();
    // the presence timer looks for the silent ones every second
    await db.schema.createIndex('instance_presence').on('instance').columns(['online', 'last_heartbeat_at']).execute();
  },
};
