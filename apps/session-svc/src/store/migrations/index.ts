import { type Migrations, outboxMigration, vaultCheckMigration } from '@muster/db';
import { sessionMigration } from './0001-session.ts';
import { recordingMigration } from './0004-recording.ts';
import { sessionListsMigration } from './0005-session-lists.ts';

/** Only ever appended to. */
export const migrations: Migrations = {
  '0001_session': sessionMigration,
  '0002_outbox': outboxMigration,
  '0003_vault_check': vaultCheckMigration,
  '0004_recording': recordingMigration,
  '0005_session_lists': sessionListsMigration,
};
