import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Groups, roles, collaborators, boundaries, policy versions, tags, temporary credentials. */
export const camMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await extendWhatIsThere(db);
    await addPeople(db);
    await addGrants(db);
  },
};

async function extendWhatIsThere({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .alterTable('account')
    .addColumn('name', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
  for (const name of ['phone_num', 'country_code', 'email'] as const) {
    await schema
      .alterTable('user')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  }
  await schema
    .alterTable('user')
    .addColumn('active', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  for (const name of ['receives_only', 'need_reset_password', 'mfa_enabled'] as const) {
    await schema
      .alterTable('user')
      .addColumn(name, 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  }
  await schema.alterTable('user').addColumn('mfa_secret', sql`blob`).execute();
  for (const name of ['mfa_last_step', 'last_login_at', 'boundary_policy_id'] as const) {
    await schema.alterTable('user').addColumn(name, 'bigint').execute();
  }
}

async function addPeople({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('collaborator')
    .addColumn('account_uin', 'text', (column) => column.notNull().references('account.account_uin'))
    .addColumn('uin', 'text', (column) => column.notNull().references('user.uin').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('remark', 'text', (column) => column.notNull())
    .addColumn('boundary_policy_id', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('collaborator_key', ['account_uin', 'uin'])
    .addUniqueConstraint('collaborator_name_in_account', ['account_uin', 'name'])
    .execute();
  await schema.createIndex('collaborator_by_uin').on('collaborator').column('uin').execute();
  await schema
    .createTable('user_group')
    .addColumn('group_id', 'integer', (column) => column.primaryKey())
    .addColumn('account_uin', 'text', (column) => column.notNull().references('account.account_uin'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('remark', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('group_name_in_account', ['account_uin', 'name'])
    .execute();
  await schema
    .createTable('group_member')
    .addColumn('group_id', 'integer', (column) =>
      column.notNull().references('user_group.group_id').onDelete('cascade'),
    )
    .addColumn('uin', 'text', (column) => column.notNull().references('user.uin').onDelete('cascade'))
    .addColumn('joined_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('group_member_key', ['group_id', 'uin'])
    .execute();
  await schema.createIndex('group_member_by_uin').on('group_member').column('uin').execute();
  await schema
    .createTable('role')
    .addColumn('role_id', 'text', (column) => column.primaryKey())
    .addColumn('account_uin', 'text', (column) => column.notNull().references('account.account_uin'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('trust_document', 'text', (column) => column.notNull())
    .addColumn('session_seconds', 'integer', (column) => column.notNull())
    .addColumn('boundary_policy_id', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('role_name_in_account', ['account_uin', 'name'])
    .execute();
}

async function addGrants(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  // no reference to policy: presets are attached too, and they are code, not rows
  await schema
    .createTable('attachment')
    .addColumn('account_uin', 'text', (column) => column.notNull().references('account.account_uin'))
    .addColumn('target_kind', 'text', (column) => column.notNull())
    .addColumn('target_id', 'text', (column) => column.notNull())
    .addColumn('policy_id', 'integer', (column) => column.notNull())
    .addColumn('attached_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('attachment_key', ['account_uin', 'target_kind', 'target_id', 'policy_id'])
    .execute();
  await schema.createIndex('attachment_of_policy').on('attachment').columns(['policy_id', 'account_uin']).execute();
  await sql`
    insert into attachment (account_uin, target_kind, target_id, policy_id, attached_at)
    select u.account_uin, 'user', p.uin, p.policy_id, p.attached_at from user_policy p join user u on u.uin = p.uin`.execute(
    db,
  );
  await schema.dropTable('user_policy').execute();
  // numbers of versions are never given again, so the highest is kept apart from the one in force
  await schema
    .alterTable('policy')
    .addColumn('latest_version', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  await sql`update policy set latest_version = version`.execute(db);
  await schema
    .alterTable('policy_version')
    .addColumn('created_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await schema
    .createTable('tag')
    .addColumn('account_uin', 'text', (column) => column.notNull().references('account.account_uin'))
    .addColumn('resource_kind', 'text', (column) => column.notNull())
    .addColumn('resource_id', 'text', (column) => column.notNull())
    .addColumn('tag_key', 'text', (column) => column.notNull())
    .addColumn('tag_value', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('tag_key_of_resource', ['account_uin', 'resource_kind', 'resource_id', 'tag_key'])
    .execute();
  await schema.alterTable('token').addColumn('account_uin', 'text').execute();
  await sql`update token set account_uin = (select account_uin from user where user.uin = token.uin)`.execute(db);
  await schema
    .alterTable('token')
    .addColumn('role_id', 'text', (column) => column.references('role.role_id').onDelete('cascade'))
    .execute();
  for (const name of ['session_name', 'session_policy'] as const) {
    await schema
      .alterTable('token')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  }
  await schema
    .alterTable('token')
    .addColumn('mfa', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await schema.createIndex('token_by_role').on('token').column('role_id').execute();
}
