import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toPolicy } from '../convert.ts';
import { policyNumber, requireDocument, requirePolicy } from '../named-things.ts';

export function getPolicy({ policies }: Pick<IamContext, 'policies'>): MethodImpl<typeof IamService.method.getPolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const policy = requirePolicy(await policies.find(callOf(context).caller.accountUin, policyId), policyId);
    return { policy: toPolicy(policy, requireDocument(await policies.document(policy), policy)) };
  };
}
