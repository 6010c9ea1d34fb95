import { clientTokenMigration, type Migrations, outboxMigration, vaultCheckMigration } from '@muster/db';
import type { Vault } from '@muster/vault';
import { instancesMigration } from './0001-instances.ts';
import { invocationsMigration } from './0002-invocations.ts';
import { tagsMigration } from './0004-tags.ts';
import { runsMigration } from './0006-runs.ts';
import { outputMigration } from './0007-output.ts';
import { machinesMigration } from './0008-machines.ts';
import { invokersMigration } from './0009-invokers.ts';
import { hiddenMigration } from './0010-hidden.ts';
import { historyMigration } from './0012-history.ts';
import { uploadMigration } from './0013-upload.ts';
import { deliveryMigration } from './0014-delivery.ts';
import { guardMigration } from './0015-guard.ts';
import { makersMigration } from './0016-makers.ts';
import { restorationMigration } from './0018-restoration.ts';

/** Migrations that seal what could be read in the file before. */
export const rewrittenAfter = ['0010_hidden'];

/** Only ever appended to. `vault` seals what earlier versions stored in the clear. */
export function migrations(vault: Vault): Migrations {
  return {
    '0001_instances': instancesMigration,
    '0002_invocations': invocationsMigration,
    '0003_outbox': outboxMigration,
    '0004_tags': tagsMigration,
    '0005_client_tokens': clientTokenMigration,
    '0006_runs': runsMigration,
    '0007_output': outputMigration,
    '0008_machines': machinesMigration,
    '0009_invokers': invokersMigration,
    '0010_hidden': hiddenMigration(vault),
    '0012_history': historyMigration,
    '0013_upload': uploadMigration,
    '0014_delivery': deliveryMigration,
    '0015_guard': guardMigration,
    '0016_makers': makersMigration,
    '0018_restoration': restorationMigration,
    '0019_vault_check': vaultCheckMigration,
  };
}
