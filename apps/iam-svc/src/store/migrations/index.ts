import { type Migrations, outboxMigration } from '@muster/db';
import { iamMigration } from './0001-iam.ts';
import { camMigration } from './0003-cam.ts';
import { auditMigration } from './0004-audit.ts';
import { delegationMigration } from './0005-delegations.ts';
import { standingDelegationsMigration } from './0006-standing-delegations.ts';
import { usedSignaturesMigration } from './0007-used-signatures.ts';

/** Only ever appended to. */
export const migrations: Migrations = {
  '0001_iam': iamMigration,
  '0002_outbox': outboxMigration,
  '0003_cam': camMigration,
  '0004_audit': auditMigration,
  '0005_delegations': delegationMigration,
  '0006_standing_delegations': standingDelegationsMigration,
  '0007_used_signatures': usedSignaturesMigration,
};
