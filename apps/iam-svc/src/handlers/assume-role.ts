import type { MethodImpl } from '@connectrpc/connect';
import type { TokenService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { type GrantParts, grantCredential } from '../credentials/grant-credential.ts';
import {
  checkDuration,
  checkExternalId,
  checkRoleArn,
  checkSessionName,
  checkSessionPolicy,
  roleSessionDuration,
} from '../domain/temporary-credential.ts';
import { requireRole } from '../named/roles.ts';

/**
 * The decision says whether the caller's policies and the role's trust policy both allow it. Its denial is the same for a role that
 * does not exist, so nobody learns which roles other accounts have.
 */
export function assumeRole({
  quotas,
  ...parts
}: GrantParts & Pick<IamContext, 'quotas'>): MethodImpl<typeof TokenService.method.assumeRole> {
  return async (request, context) => {
    const call = callOf(context);
    const { roleArn, durationSeconds } = request;
    const { accountUin, by, value } = checkRoleArn(roleArn, call.caller.accountUin);
    const sessionName = checkSessionName(request.roleSessionName);
    const externalId = checkExternalId(request.externalId);
    const sessionPolicy = checkSessionPolicy(request.policy, { account: accountUin, quotas });
    const attributes = externalId === '' ? [] : [{ key: 'sts:external_id', values: [externalId] }];
    await call.authorize([{ resource: roleArn, attributes }]);
    return grantCredential(parts, call, 'sts:AssumeRole', async (caller, { roles }) => {
      const found = await (by === 'id' ? roles.find(accountUin, value) : roles.findByName(accountUin, value));
      const role = requireRole(found, value);
      const seconds = checkDuration(durationSeconds, roleSessionDuration(role, caller));
      return { accountUin, roleId: role.roleId, sessionName, sessionPolicy, seconds };
    });
  };
}
