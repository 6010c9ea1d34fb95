import type { MethodImpl } from '@connectrpc/connect';
import type { GroupService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { detachPolicy } from '../grants/attach-policy.ts';
import { groupNumber, policyNumber, requireGroup } from '../named/things.ts';

/** Detaching what is not attached changes nothing. */
export function detachGroupPolicy(
  parts: Pick<IamContext, 'write' | 'clock'>,
): MethodImpl<typeof GroupService.method.detachGroupPolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const groupId = groupNumber(request.detachGroupId, 'DetachGroupId');
    await detachPolicy(parts, callOf(context), {
      policyId,
      target: { kind: 'group', id: String(groupId) },
      action: 'cam:DetachGroupPolicy',
      requireTarget: async ({ groups }, accountUin) => requireGroup(await groups.find(accountUin, groupId), groupId),
    });
    return {};
  };
}
