import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Accounts, users, keys, policies, tokens and what guards them. */
export const iamMigration: Migration = {
  async up(db: Kysely<unknown>) {
    const { schema } = db;
    await schema
      .createTable('account')
      .addColumn('account_uin', 'text', (column) => column.primaryKey())
      .addColumn('app_id', 'text', (column) => column.notNull())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('user')
      .addColumn('uin', 'text', (column) => column.primaryKey())
      .addColumn('account_uin', 'text', (column) => column.notNull().references('account.account_uin'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('remark', 'text', (column) => column.notNull())
      .addColumn('password_hash', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('user_name_in_account', ['account_uin', 'name'])
      .execute();
    await schema
      .createTable('access_key')
      .addColumn('access_key_id', 'text', (column) => column.primaryKey())
      .addColumn('uin', 'text', (column) => column.notNull().references('user.uin').onDelete('cascade'))
      .addColumn('secret', sql`blob`, (column) => column.notNull())
      .addColumn('active', 'integer', (column) => column.notNull())
      .addColumn('description', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('last_used_at', 'bigint')
      .execute();
    await schema.createIndex('access_key_of_user').on('access_key').column('uin').execute();
    await schema
      .createTable('policy')
      .addColumn('policy_id', 'integer', (column) => column.primaryKey())
      .addColumn('account_uin', 'text', (column) => column.notNull().references('account.account_uin'))
      .addColumn('policy_name', 'text', (column) => column.notNull())
      .addColumn('description', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('policy_name_in_account', ['account_uin', 'policy_name'])
      .execute();
    await schema
      .createTable('policy_version')
      .addColumn('policy_id', 'integer', (column) =>
        column.notNull().references('policy.policy_id').onDelete('cascade'),
      )
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('policy_version_key', ['policy_id', 'version'])
      .execute();
    await schema
      .createTable('user_policy')
      .addColumn('uin', 'text', (column) => column.notNull().references('user.uin').onDelete('cascade'))
      .addColumn('policy_id', 'integer', (column) =>
        column.notNull().references('policy.policy_id').onDelete('cascade'),
      )
      .addColumn('attached_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('user_policy_key', ['uin', 'policy_id'])
      .execute();
    await schema.createIndex('user_policy_of_policy').on('user_policy').column('policy_id').execute();
    await schema
      .createTable('token')
      .addColumn('token_id', 'text', (column) => column.primaryKey())
      .addColumn('uin', 'text', (column) => column.notNull().references('user.uin').onDelete('cascade'))
      .addColumn('access_key_id', 'text', (column) => column.references('access_key.access_key_id').onDelete('cascade'))
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    for (const column of ['uin', 'access_key_id', 'expires_at'] as const) {
      await schema.createIndex(`token_by_${column}`).on('token').column(column).execute();
    }
    await schema
      .createTable('used_nonce')
      .addColumn('access_key_id', 'text', (column) =>
        column.notNull().references('access_key.access_key_id').onDelete('cascade'),
      )
      .addColumn('nonce', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('used_nonce_key', ['access_key_id', 'nonce'])
      .execute();
    await schema.createIndex('used_nonce_by_expiry').on('used_nonce').column('expires_at').execute();
    await schema
      .createTable('login_attempt')
      .addColumn('account_uin', 'text', (column) => column.notNull())
      .addColumn('user_name', 'text', (column) => column.notNull())
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('locked_until', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('login_attempt_key', ['account_uin', 'user_name'])
      .execute();
    await schema
      .createTable('keyring')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('sealed', sql`blob`, (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('counter')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('next', 'bigint', (column) => column.notNull())
      .execute();
  },
};
