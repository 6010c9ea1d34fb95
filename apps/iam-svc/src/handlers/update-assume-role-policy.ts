import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkTrustDocument } from '../domain/role.ts';
import { changeRole } from '../grants/change-role.ts';

/** Sessions that are open stay. */
export function updateAssumeRolePolicy(
  parts: Pick<IamContext, 'roles' | 'write' | 'clock' | 'quotas'>,
): MethodImpl<typeof RoleService.method.updateAssumeRolePolicy> {
  return async (request, context) => {
    const trustDocument = checkTrustDocument(request.policyDocument, parts.quotas);
    await changeRole(parts, callOf(context), {
      naming: request,
      action: 'cam:UpdateAssumeRolePolicy',
      change: () => ({ trustDocument }),
    });
    return {};
  };
}
