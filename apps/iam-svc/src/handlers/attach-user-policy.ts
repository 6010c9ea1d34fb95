import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireGiven } from '../domain/fields.ts';
import { attachPolicy } from '../grants/attach-policy.ts';
import { policyNumber, requireGrantee } from '../named/things.ts';

export function attachUserPolicy(
  parts: Pick<IamContext, 'write' | 'clock' | 'quotas'>,
): MethodImpl<typeof IamService.method.attachUserPolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const id = requireGiven('AttachUin', request.attachUin);
    await attachPolicy(parts, callOf(context), {
      policyId,
      target: { kind: 'user', id },
      quota: 'policiesOfUser',
      action: 'cam:AttachUserPolicy',
      requireTarget: async ({ grantees }, accountUin) => requireGrantee(await grantees.find(accountUin, id), id),
    });
    return {};
  };
}
