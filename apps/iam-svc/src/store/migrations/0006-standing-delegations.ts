import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Delegations that are as what was brought (access key, one-time code), and that end by themselves. */
export const standingDelegationsMigration: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .alterTable('delegation')
      .addColumn('access_key_id', 'text', (column) => column.references('access_key.access_key_id').onDelete('cascade'))
      .execute();
    await schema
      .alterTable('delegation')
      .addColumn('mfa', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await schema.alterTable('delegation').addColumn('expires_at', 'bigint').execute();
    for (const column of ['access_key_id', 'expires_at'] as const) {
      await schema.createIndex(`delegation_by_${column}`).on('delegation').column(column).execute();
    }
  },
};
