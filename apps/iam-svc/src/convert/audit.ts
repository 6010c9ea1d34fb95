import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Timestamp, timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { type AuditRecordSchema, type LastUsedSchema, type ListAuditRecordsRequest, Outcome } from '@muster/contract';
import type { AuditRecord } from '../audit/record.ts';
import { patternGlob } from '../domain/audit-pattern.ts';
import type { AuditFilter } from '../store/audit-store.ts';
import type { LastUsedTable } from '../store/tables/last-used.ts';
import { OUTCOME_TO_PROTO, PRINCIPAL_TYPE_TO_PROTO } from './decision.ts';

const OUTCOME_FROM_PROTO: Readonly<Record<Outcome, AuditFilter['outcome']>> = {
  [Outcome.UNSPECIFIED]: undefined,
  [Outcome.ALLOWED]: 'allowed',
  [Outcome.EXPLICIT_DENY]: 'explicit_deny',
  [Outcome.IMPLICIT_DENY]: 'implicit_deny',
};

/** Which records a request asks for. */
export function fromListAuditRecords(request: ListAuditRecordsRequest, accountUin: string): AuditFilter {
  const { uin, action, resource, outcome, startTime, endTime } = request;
  return {
    accountUin,
    uin: uin === '0' ? undefined : uin,
    actionGlob: action === '' ? undefined : patternGlob('Action', action),
    resourceGlob: resource === '' ? undefined : patternGlob('Resource', resource),
    outcome: OUTCOME_FROM_PROTO[outcome],
    from: milliseconds(startTime),
    until: milliseconds(endTime),
  };
}

function milliseconds(time: Timestamp | undefined): number | undefined {
  return time && timestampMs(time);
}

export function toAuditRecord(record: AuditRecord): MessageInitShape<typeof AuditRecordSchema> {
  const { accountUin, principal, resources } = record;
  return {
    sequence: BigInt(record.sequence),
    time: timestampFromMs(record.time),
    principal: {
      type: PRINCIPAL_TYPE_TO_PROTO[principal.type],
      accountUin: principal.type === 'service' ? '0' : accountUin,
      uin: principal.uin,
      name: principal.name,
    },
    accessKeyId: record.accessKeyId,
    action: record.action,
    resources: [...resources],
    resourceCount: record.resourceCount,
    outcome: OUTCOME_TO_PROTO[record.outcome],
    policyId: record.policyId,
    policyVersion: record.policyVersion,
    statementIndex: record.statementIndex,
    revision: BigInt(record.revision),
    decisionId: record.decisionId,
    requestId: record.requestId,
    sourceIp: record.sourceIp,
    service: record.service,
    previousHash: record.previousHash,
    hash: record.hash,
  };
}

export function toLastUsed(use: LastUsedTable): MessageInitShape<typeof LastUsedSchema> {
  return {
    uin: use.uin,
    action: use.action,
    lastUsedTime: timestampFromMs(use.last_used_at),
    count: BigInt(use.count),
  };
}
