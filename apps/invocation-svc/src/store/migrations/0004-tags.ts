import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const OWNERS = {
  instance_tag: 'instance.instance_id',
  register_code_tag: 'register_code.register_code_id',
  invocation_command_tag: 'invocation.invocation_id',
} as const;

/** Tags of machines and register codes, and what runs remember of their command: its tags and who made it. */
export const tagsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    for (const [table, owner] of Object.entries(OWNERS)) {
      await db.schema
        .createTable(table)
        .addColumn('resource_id', 'text', (column) => column.notNull().references(owner).onDelete('cascade'))
        .addColumn('position', 'integer', (column) => column.notNull())
        .addColumn('tag_key', 'text', (column) => column.notNull())
        .addColumn('tag_value', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint(`${table}_key`, ['resource_id', 'tag_key'])
        .execute();
    }
    // runs of before know neither
    for (const table of ['invocation', 'invocation_task']) {
      await db.schema.alterTable(table).addColumn('command_creator', 'text').execute();
    }
  },
};
