import type { MethodImpl } from '@connectrpc/connect';
import type { PolicyService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireGiven } from '../domain/fields.ts';
import { recordChange } from '../events.ts';
import { requireGrantee } from '../named/things.ts';

/** Where there is no boundary, nothing changes. */
export function deleteUserPermissionsBoundary({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof PolicyService.method.deleteUserPermissionsBoundary> {
  return async (request, context) => {
    const uin = requireGiven('TargetUin', request.targetUin);
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const now = clock.now();
    await write(call, async (writers) => {
      const { grantees } = writers;
      const grantee = requireGrantee(await grantees.find(accountUin, uin), uin);
      if (grantee.boundaryPolicyId === undefined) return;
      await grantees.setBoundary(accountUin, grantee, undefined);
      await recordChange(writers, { accountUin, uin: by, action: 'cam:DeleteUserPermissionsBoundary', now });
    });
    return {};
  };
}
