import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toPolicy } from '../convert.ts';
import { checkPage } from '../domain/fields.ts';
import { policySubject } from '../named-things.ts';

export function listPolicies({
  policies,
}: Pick<IamContext, 'policies'>): MethodImpl<typeof IamService.method.listPolicies> {
  return async (request, context) => {
    const { offset, limit } = checkPage(request);
    const call = callOf(context);
    const all = await policies.list(call.caller.accountUin);
    const allowed = await call.allowed(all.map(({ policyId }) => policySubject(policyId)));
    const visible = all.filter((_, i) => allowed[i]);
    return {
      totalNum: visible.length,
      list: visible.slice(offset, offset + limit).map((policy) => toPolicy(policy)),
    };
  };
}
