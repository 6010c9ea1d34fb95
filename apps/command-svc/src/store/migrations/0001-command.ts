import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Commands, their versions and their tags. */
export const commandMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('command')
      .addColumn('command_id', 'text', (column) => column.primaryKey())
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('command_name', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('command_name_in_account', ['account_uin', 'command_name'])
      .execute();
    await db.schema
      .createIndex('command_newest_first')
      .on('command')
      .columns(['account_uin', 'created_at desc', 'command_id desc'])
      .execute();
    await db.schema
      .createTable('command_version')
      .addColumn('command_id', 'text', (column) =>
        column.notNull().references('command.command_id').onDelete('cascade'),
      )
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('command_name', 'text', (column) => column.notNull())
      .addColumn('description', 'text', (column) => column.notNull())
      .addColumn('content', sql`blob`, (column) => column.notNull())
      .addColumn('command_type', 'text', (column) => column.notNull())
      .addColumn('working_directory', 'text', (column) => column.notNull())
      .addColumn('timeout', 'integer', (column) => column.notNull())
      .addColumn('enable_parameter', 'integer', (column) => column.notNull())
      .addColumn('default_parameters', 'text', (column) => column.notNull())
      .addColumn('default_parameter_confs', 'text', (column) => column.notNull())
      .addColumn('username', 'text', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_uin', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('command_version_key', ['command_id', 'version'])
      .execute();
    await db.schema
      .createTable('command_tag')
      .addColumn('command_id', 'text', (column) =>
        column.notNull().references('command.command_id').onDelete('cascade'),
      )
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('tag_key', 'text', (column) => column.notNull())
      .addColumn('tag_value', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('command_tag_key', ['command_id', 'position'])
      .execute();
  },
};
