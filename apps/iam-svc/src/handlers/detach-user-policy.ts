import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireGiven } from '../domain/fields.ts';
import { detachPolicy } from '../grants/attach-policy.ts';
import { policyNumber, requireGrantee } from '../named/things.ts';

/** Detaching what is not attached changes nothing. */
export function detachUserPolicy(
  parts: Pick<IamContext, 'write' | 'clock'>,
): MethodImpl<typeof IamService.method.detachUserPolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const id = requireGiven('DetachUin', request.detachUin);
    await detachPolicy(parts, callOf(context), {
      policyId,
      target: { kind: 'user', id },
      action: 'cam:DetachUserPolicy',
      requireTarget: async ({ grantees }, accountUin) => requireGrantee(await grantees.find(accountUin, id), id),
    });
    return {};
  };
}
