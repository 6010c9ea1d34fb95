import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The record of decisions, and how often what is used. */
export const auditMigration: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('audit_record')
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('sequence', 'integer', (column) => column.notNull())
      .addColumn('time', 'bigint', (column) => column.notNull())
      .addColumn('uin', 'text', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('resources', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('hash', sql`blob`, (column) => column.notNull())
      .addPrimaryKeyConstraint('audit_record_key', ['account_uin', 'sequence'])
      // kept in the order of the chain, and no column is kept twice: what is verified is what is there
      .modifyEnd(sql`without rowid`)
      .execute();
    for (const column of ['uin', 'action', 'time'] as const) {
      await schema
        .createIndex(`audit_record_by_${column}`)
        .on('audit_record')
        .columns(['account_uin', column, 'sequence'])
        .execute();
    }
    await schema
      .createTable('audit_head')
      .addColumn('account_uin', 'text', (column) => column.primaryKey())
      .addColumn('sequence', 'integer', (column) => column.notNull())
      .addColumn('hash', sql`blob`, (column) => column.notNull())
      .addColumn('seal', sql`blob`, (column) => column.notNull())
      .execute();
    await schema
      .createTable('last_used')
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('uin', 'text', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('last_used_at', 'bigint', (column) => column.notNull())
      .addColumn('count', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('last_used_key', ['account_uin', 'uin', 'action'])
      .execute();
  },
};
