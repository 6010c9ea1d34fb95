import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireGiven } from '../domain/fields.ts';
import { recordChange } from '../events.ts';
import { policyNumber, requirePolicy, requireSubUser } from '../named-things.ts';

/** Detaching what is not attached changes nothing. */
export function detachUserPolicy({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof IamService.method.detachUserPolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const detachUin = requireGiven('DetachUin', request.detachUin);
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    await write(call, async (writers) => {
      const { users, policies, attachments } = writers;
      requirePolicy(await policies.find(accountUin, policyId), policyId);
      requireSubUser(await users.find(accountUin, detachUin), detachUin);
      if (!(await attachments.detach({ accountUin, kind: 'user', id: detachUin }, policyId))) return;
      await recordChange(writers, { accountUin, uin, action: 'cam:DetachUserPolicy', now: clock.now() });
    });
    return {};
  };
}
