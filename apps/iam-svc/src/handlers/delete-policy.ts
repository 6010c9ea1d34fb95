import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { invalid, Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChange } from '../events.ts';
import { policyNumber, requireCustom } from '../named/things.ts';

const MOST = 100;

export function deletePolicy({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof IamService.method.deletePolicy> {
  return async (request, context) => {
    const ids = [...new Set(request.policyId.map((id) => policyNumber(id)))];
    if (ids.length < 1 || ids.length > MOST) {
      throw invalid('InvalidParameterValue.LimitExceeded', 'PolicyId', `must be 1 to ${MOST}, were ${ids.length}`);
    }
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    await write(call, async (writers) => {
      const { policies, attachments, boundaries, tags } = writers;
      for (const policyId of ids) {
        requireCustom(await policies.find(accountUin, policyId), policyId);
        requireBoundsNobody(policyId, await boundaries.countBoundedBy(accountUin, policyId));
        await attachments.detachFromAll(accountUin, policyId);
        await tags.clear(accountUin, 'policy', String(policyId));
        await policies.delete(policyId);
      }
      await recordChange(writers, { accountUin, uin, action: 'cam:DeletePolicy', now: clock.now() });
    });
    return {};
  };
}

/** Without its boundary somebody could do more than before, so a boundary does not end by the way. */
function requireBoundsNobody(policyId: number, bounded: number): void {
  if (bounded === 0) return;
  const message = `policy \`${policyId}\` is the permissions boundary of ${bounded} users or roles; take it from them first`;
  throw new Refusal('conflict', 'OperationDenied.PolicyIsBoundary', message, { field: 'PolicyId' });
}
