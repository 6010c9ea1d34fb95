import { clientTokenMigration, type Migrations, outboxMigration, vaultCheckMigration } from '@muster/db';
import type { Vault } from '@muster/vault';
import { commandMigration } from './0001-command.ts';
import { creatorMigration } from './0003-creator.ts';
import { libraryMigration } from './0005-library.ts';
import { hiddenMigration } from './0006-hidden.ts';

/** Migrations that seal what could be read in the file before. */
export const rewrittenAfter = ['0006_hidden'];

/** Only ever appended to. `vault` seals what earlier versions stored in the clear. */
export function migrations(vault: Vault): Migrations {
  return {
    '0001_command': commandMigration,
    '0002_outbox': outboxMigration,
    '0003_creator': creatorMigration,
    '0004_client_tokens': clientTokenMigration,
    '0005_library': libraryMigration,
    '0006_hidden': hiddenMigration(vault),
    '0007_vault_check': vaultCheckMigration,
  };
}
