import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChange } from '../events.ts';
import { policyNumber, requirePolicy } from '../named-things.ts';

const MOST = 100;

export function deletePolicy({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof IamService.method.deletePolicy> {
  return async (request, context) => {
    const ids = [...new Set(request.policyId.map(policyNumber))];
    if (ids.length < 1 || ids.length > MOST) {
      throw invalid('InvalidParameterValue.LimitExceeded', 'PolicyId', `must be 1 to ${MOST}, were ${ids.length}`);
    }
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    await write(call, async (writers) => {
      const { policies, attachments } = writers;
      for (const policyId of ids) {
        requirePolicy(await policies.find(accountUin, policyId), policyId);
        await attachments.detachFromAll(accountUin, policyId);
        await policies.delete(policyId);
      }
      await recordChange(writers, { accountUin, uin, action: 'cam:DeletePolicy', now: clock.now() });
    });
    return {};
  };
}
