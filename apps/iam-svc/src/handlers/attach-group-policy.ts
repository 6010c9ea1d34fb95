import type { MethodImpl } from '@connectrpc/connect';
import type { GroupService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { attachPolicy } from '../grants/attach-policy.ts';
import { groupNumber, policyNumber, requireGroup } from '../named/things.ts';

export function attachGroupPolicy(
  parts: Pick<IamContext, 'write' | 'clock' | 'quotas'>,
): MethodImpl<typeof GroupService.method.attachGroupPolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const groupId = groupNumber(request.attachGroupId, 'AttachGroupId');
    await attachPolicy(parts, callOf(context), {
      policyId,
      target: { kind: 'group', id: String(groupId) },
      quota: 'policiesOfGroup',
      action: 'cam:AttachGroupPolicy',
      requireTarget: async ({ groups }, accountUin) => requireGroup(await groups.find(accountUin, groupId), groupId),
    });
    return {};
  };
}
