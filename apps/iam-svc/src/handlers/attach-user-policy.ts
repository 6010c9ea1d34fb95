import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireGiven } from '../domain/fields.ts';
import { requireRoom } from '../domain/quotas.ts';
import { recordChange } from '../events.ts';
import { policyNumber, requirePolicy, requireSubUser } from '../named-things.ts';

export function attachUserPolicy({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof IamService.method.attachUserPolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const attachUin = requireGiven('AttachUin', request.attachUin);
    const { accountUin, uin } = callOf(context).caller;
    const now = clock.now();
    await write(async (writers) => {
      const { users, policies } = writers;
      requirePolicy(await policies.find(accountUin, policyId), policyId);
      requireSubUser(await users.find(accountUin, attachUin), attachUin);
      const attached = await policies.attached(accountUin, attachUin);
      if (attached.some((policy) => policy.policyId === policyId)) return;
      requireRoom('policiesOfUser', attached.length);
      await policies.attach(attachUin, policyId, now);
      await recordChange(writers, { accountUin, uin, action: 'cam:AttachUserPolicy', now });
    });
    return {};
  };
}
