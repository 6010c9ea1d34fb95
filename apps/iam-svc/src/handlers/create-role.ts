import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPolicyDescription, checkRoleName } from '../domain/fields.ts';
import { requireRoom } from '../domain/quotas.ts';
import { checkSessionDuration, checkTrustDocument, roleNameInUse } from '../domain/role.ts';
import { checkNewTags, requireTagRoom } from '../domain/tags.ts';
import { recordChange } from '../events.ts';

export function createRole({
  write,
  clock,
  quotas,
}: Pick<IamContext, 'write' | 'clock' | 'quotas'>): MethodImpl<typeof RoleService.method.createRole> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const name = checkRoleName(request.roleName);
    const trustDocument = checkTrustDocument(request.policyDocument, quotas);
    const description = checkPolicyDescription(request.description);
    const sessionSeconds = checkSessionDuration(request.sessionDuration);
    const given = checkNewTags(request.tags);
    requireTagRoom(quotas, {}, given);
    const now = clock.now();
    return write(call, async (writers) => {
      const { accounts, roles, tags } = writers;
      if (await roles.findByName(accountUin, name)) throw roleNameInUse(name);
      requireRoom(quotas, 'rolesInAccount', await roles.count(accountUin));
      // numbered with the users: a session's role id stands where a uin stands
      const roleId = String(await accounts.nextNumber('uin'));
      const times = { createdAt: now, updatedAt: now };
      const limits = { sessionSeconds, boundaryPolicyId: undefined };
      await roles.insert({ roleId, accountUin, name, description, trustDocument, ...limits, ...times });
      await tags.set(accountUin, 'role', roleId, given);
      await recordChange(writers, { accountUin, uin, action: 'cam:CreateRole', now });
      return { roleId };
    });
  };
}
