import type { MethodImpl } from '@connectrpc/connect';
import type { AuditService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toAuditRecord } from '../convert/audit.ts';

/** Records that one statement reads. */
const CHUNK = 256;

export function exportAudit({
  auditRecords,
}: Pick<IamContext, 'auditRecords'>): MethodImpl<typeof AuditService.method.exportAudit> {
  return async function* ({ fromSequence }, context) {
    const { accountUin } = callOf(context).caller;
    let next = Math.max(1, Number(fromSequence));
    while (!context.signal.aborted) {
      const chunk = await auditRecords.from(accountUin, next, CHUNK);
      for (const record of chunk) yield { record: toAuditRecord(record) };
      if (chunk.length < CHUNK) return;
      next = chunk.at(-1)!.sequence + 1;
    }
  };
}
