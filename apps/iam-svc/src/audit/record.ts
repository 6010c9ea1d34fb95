import { type AuditDetail, auditTexts } from '@muster/kernel';
import type { AuditEntry } from '../domain/audit-entry.ts';
import type { AuditRecordTable } from '../store/tables/audit-record.ts';
import { recordHash } from './chain.ts';

/** An entry with its place in the chain. */
export interface AuditRecord extends AuditEntry {
  readonly sequence: number;
  /** Of the record before; empty for the first. */
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** The row of an entry that follows `previous`. */
export function toRow(
  entry: AuditEntry,
  { sequence, previous }: { sequence: number; previous: Uint8Array },
): AuditRecordTable {
  const { accountUin, time, principal, action, outcome } = entry;
  const texts = auditTexts(entry, sequence);
  const [a, b, c, d, e, f, g, h] = texts.map((text) => Buffer.from(text)) as Buffer[];
  return {
    account_uin: accountUin,
    sequence,
    time,
    uin: principal.uin,
    action,
    outcome,
    resources: texts[6],
    detail: texts[7],
    hash: recordHash(previous, [a!, b!, c!, d!, e!, f!, g!, h!]),
  };
}

/** The way back. Throws when the texts of a row are not what this service writes. */
export function fromRow(row: AuditRecordTable, previousHash: Uint8Array): AuditRecord {
  const { type, name, ...detail } = JSON.parse(row.detail) as AuditDetail;
  return {
    ...detail,
    accountUin: row.account_uin,
    sequence: row.sequence,
    time: row.time,
    principal: { type, uin: row.uin, name },
    action: row.action,
    resources: JSON.parse(row.resources) as string[],
    outcome: row.outcome,
    previousHash,
    hash: row.hash,
  };
}
