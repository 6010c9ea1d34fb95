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

/** What a row keeps in its column `detail`. */
type Detail = Pick<
  AuditEntry,
  | 'accessKeyId'
  | 'resourceCount'
  | 'policyId'
  | 'policyVersion'
  | 'statementIndex'
  | 'revision'
  | 'decisionId'
  | 'requestId'
  | 'sourceIp'
  | 'service'
> & { readonly type: AuditEntry['principal']['type']; readonly name: string };

/** The row of an entry that follows `previous`. */
export function toRow(
  entry: AuditEntry,
  { sequence, previous }: { sequence: number; previous: Uint8Array },
): AuditRecordTable {
  const { accountUin, time, principal, action, outcome } = entry;
  const detail: Detail = {
    type: principal.type,
    name: principal.name,
    accessKeyId: entry.accessKeyId,
    resourceCount: entry.resourceCount,
    policyId: entry.policyId,
    policyVersion: entry.policyVersion,
    statementIndex: entry.statementIndex,
    revision: entry.revision,
    decisionId: entry.decisionId,
    requestId: entry.requestId,
    sourceIp: entry.sourceIp,
    service: entry.service,
  };
  const texts = [
    accountUin,
    String(sequence),
    String(time),
    principal.uin,
    action,
    outcome,
    JSON.stringify(entry.resources),
    JSON.stringify(detail),
  ] as const;
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
  const { type, name, ...detail } = JSON.parse(row.detail) as Detail;
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
