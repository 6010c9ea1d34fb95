import type { MethodImpl } from '@connectrpc/connect';
import type { AuditService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { verifyChain } from '../audit/verify.ts';
import type { IamContext } from '../context.ts';

export function verifyAudit({
  auditRecords,
  seals,
}: Pick<IamContext, 'auditRecords' | 'seals'>): MethodImpl<typeof AuditService.method.verifyAudit> {
  return async (_request, context) => {
    const { accountUin } = callOf(context).caller;
    const { count, broken, headHash } = await verifyChain(accountUin, { records: auditRecords, seals });
    return {
      intact: broken === undefined,
      count: BigInt(count),
      brokenSequence: String(broken?.sequence ?? 0),
      problem: broken?.problem ?? '',
      headHash,
    };
  };
}
