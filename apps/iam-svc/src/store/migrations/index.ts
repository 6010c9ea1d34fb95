import { type Migrations, outboxMigration } from '@muster/db';
import { iamMigration } from './0001-iam.ts';

/** Only ever appended to. */
export const migrations: Migrations = {
  '0001_iam': iamMigration,
  '0002_outbox': outboxMigration,
};
