import { clientTokenMigration, type Migrations, outboxMigration } from '@muster/db';
import { commandMigration } from './0001-command.ts';
import { creatorMigration } from './0003-creator.ts';
import { libraryMigration } from './0005-library.ts';

/** Only ever appended to. */
export const migrations: Migrations = {
  '0001_command': commandMigration,
  '0002_outbox': outboxMigration,
  '0003_creator': creatorMigration,
  '0004_client_tokens': clientTokenMigration,
  '0005_library': libraryMigration,
};
