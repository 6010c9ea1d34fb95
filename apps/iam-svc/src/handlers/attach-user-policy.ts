import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireGiven } from '../domain/fields.ts';
import { requireRoom } from '../domain/quotas.ts';
import { recordChange } from '../events.ts';
import { policyNumber, requirePolicy, requireSubUser } from '../named-things.ts';
import type { Target } from '../store/attachment-store.ts';

export function attachUserPolicy({
  write,
  clock,
  quotas,
}: Pick<IamContext, 'write' | 'clock' | 'quotas'>): MethodImpl<typeof IamService.method.attachUserPolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const attachUin = requireGiven('AttachUin', request.attachUin);
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const now = clock.now();
    await write(call, async (writers) => {
      const { users, policies, attachments } = writers;
      requirePolicy(await policies.find(accountUin, policyId), policyId);
      requireSubUser(await users.find(accountUin, attachUin), attachUin);
      const target: Target = { accountUin, kind: 'user', id: attachUin };
      const attached = await attachments.policiesOf(target);
      if (attached.includes(policyId)) return;
      requireRoom(quotas, 'policiesOfUser', attached.length);
      await attachments.attach(target, policyId, now);
      await recordChange(writers, { accountUin, uin, action: 'cam:AttachUserPolicy', now });
    });
    return {};
  };
}
