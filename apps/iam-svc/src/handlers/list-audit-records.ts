import type { MethodImpl } from '@connectrpc/connect';
import type { AuditService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { searchAudit } from '../audit/search.ts';
import type { IamContext } from '../context.ts';
import { fromListAuditRecords, toAuditRecord } from '../convert/audit.ts';

const LIMIT = { fallback: 50, most: 200 } as const;

export function listAuditRecords({
  auditRecords,
}: Pick<IamContext, 'auditRecords'>): MethodImpl<typeof AuditService.method.listAuditRecords> {
  return async (request, context) => {
    const { limit = LIMIT.fallback } = request;
    if (limit < 1 || limit > LIMIT.most) {
      throw invalid('InvalidParameterValue.Range', 'Limit', `must be 1 to ${LIMIT.most}, was ${limit}`);
    }
    const filter = fromListAuditRecords(request, callOf(context).caller.accountUin);
    // one more than asked for tells whether there is a next page
    const before = Number(request.beforeSequence);
    const found = await searchAudit(auditRecords, filter, { before, limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      records: page.map(toAuditRecord),
      nextBeforeSequence: found.length > limit ? String(page.at(-1)!.sequence) : '0',
    };
  };
}
