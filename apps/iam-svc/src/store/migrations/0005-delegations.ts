import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** On whose behalf services may act later. */
export const delegationMigration: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('delegation')
      .addColumn('delegation_id', 'text', (column) => column.primaryKey())
      .addColumn('uin', 'text', (column) => column.notNull().references('user.uin').onDelete('cascade'))
      .addColumn('account_uin', 'text', (column) => column.notNull().references('account.account_uin'))
      .addColumn('role_id', 'text', (column) => column.references('role.role_id').onDelete('cascade'))
      .addColumn('session_name', 'text', (column) => column.notNull())
      .addColumn('session_policy', 'text', (column) => column.notNull())
      .addColumn('purpose', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    for (const column of ['uin', 'role_id'] as const) {
      await schema.createIndex(`delegation_by_${column}`).on('delegation').column(column).execute();
    }
  },
};
