import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Finds the machines that an account has had sessions on, and forwarded connections that are over for long. */
export const sessionListsMigration: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('session_of_instance')
      .on('session')
      .columns(['account_uin', 'instance_id', 'created_at desc', 'session_id desc'])
      .execute();
    await sql`CREATE INDEX session_forwarded ON session (ended_at) WHERE kind = 'FORWARD' AND state = 'ENDED'`.execute(
      db,
    );
  },
};
