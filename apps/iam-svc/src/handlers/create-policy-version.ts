import type { MethodImpl } from '@connectrpc/connect';
import type { PolicyService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toFinding } from '../convert/finding.ts';
import { checkDocument } from '../domain/policy-document.ts';
import { requireRoom } from '../domain/quotas.ts';
import { recordChange } from '../events.ts';
import { policyNumber, requireCustom } from '../named/things.ts';

export function createPolicyVersion({
  write,
  clock,
  quotas,
}: Pick<IamContext, 'write' | 'clock' | 'quotas'>): MethodImpl<typeof PolicyService.method.createPolicyVersion> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const now = clock.now();
    const { document, warnings } = checkDocument(request.policyDocument, { ...quotas, accountUin, now });
    return write(call, async (writers) => {
      const { policies } = writers;
      requireCustom(await policies.find(accountUin, policyId), policyId);
      requireRoom(quotas, 'versionsOfPolicy', (await policies.versions(policyId)).length);
      const versionId = await policies.addVersion(policyId, { document, now });
      if (request.setAsDefault) await policies.setDefault({ policyId, version: versionId }, now);
      await recordChange(writers, { accountUin, uin, action: 'cam:CreatePolicyVersion', now });
      return { versionId, warnings: warnings.map(toFinding) };
    });
  };
}
