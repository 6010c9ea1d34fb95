import type { MethodImpl } from '@connectrpc/connect';
import type { PolicyService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { fromEntityFilter, toAttachedEntity } from '../convert/grants.ts';
import { checkPage } from '../domain/fields.ts';
import { policyNumber, requirePolicy } from '../named/things.ts';

export function listEntitiesForPolicy({
  policies,
  attachments,
}: Pick<IamContext, 'policies' | 'attachments'>): MethodImpl<typeof PolicyService.method.listEntitiesForPolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const page = checkPage(request);
    const { accountUin } = callOf(context).caller;
    requirePolicy(await policies.find(accountUin, policyId), policyId);
    const kind = fromEntityFilter(request.entityFilter);
    const holders = await attachments.holdersOf({ accountUin, policyId, kind }, page);
    return { totalNum: holders.total, list: holders.page.map(toAttachedEntity) };
  };
}
