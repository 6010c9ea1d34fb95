import type { MethodImpl } from '@connectrpc/connect';
import type { PolicyService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireGiven } from '../domain/fields.ts';
import { recordChange } from '../events.ts';
import { policyNumber, requireGrantee, requirePolicy } from '../named/things.ts';

/** A boundary may be a custom or a preset policy; a new one takes the place of the old. */
export function putUserPermissionsBoundary({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof PolicyService.method.putUserPermissionsBoundary> {
  return async (request, context) => {
    const uin = requireGiven('TargetUin', request.targetUin);
    const policyId = policyNumber(request.policyId);
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const now = clock.now();
    await write(call, async (writers) => {
      const { policies, grantees } = writers;
      const grantee = requireGrantee(await grantees.find(accountUin, uin), uin);
      requirePolicy(await policies.find(accountUin, policyId), policyId);
      if (grantee.boundaryPolicyId === policyId) return;
      await grantees.setBoundary(accountUin, grantee, policyId);
      await recordChange(writers, { accountUin, uin: by, action: 'cam:PutUserPermissionsBoundary', now });
    });
    return {};
  };
}
