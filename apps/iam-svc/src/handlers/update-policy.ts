import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toFinding } from '../convert/finding.ts';
import { checkPolicyDescription } from '../domain/fields.ts';
import { checkDocument } from '../domain/policy-document.ts';
import { outdated } from '../domain/policy-versions.ts';
import { recordChange } from '../events.ts';
import { namedPolicy } from '../named/policy.ts';
import { requireCustom } from '../named/things.ts';
import type { PolicyText, PolicyWriter } from '../store/policy-store.ts';

export function updatePolicy({
  policies: reader,
  write,
  clock,
  quotas,
}: Pick<IamContext, 'policies' | 'write' | 'clock' | 'quotas'>): MethodImpl<typeof IamService.method.updatePolicy> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const named = await namedPolicy(request, { accountUin, policies: reader });
    await call.authorize([named.subject]);
    const { policyId } = named.require();
    if (request.policyDocument === undefined && request.description === undefined) {
      throw invalid('MissingParameter', 'PolicyDocument', 'or Description must be given');
    }
    const description = request.description === undefined ? undefined : checkPolicyDescription(request.description);
    const now = clock.now();
    const checked =
      request.policyDocument === undefined
        ? undefined
        : checkDocument(request.policyDocument, { ...quotas, accountUin, now });
    await write(call, async (writers) => {
      const { policies } = writers;
      const policy = requireCustom(await policies.find(accountUin, policyId), policyId);
      if (description !== undefined) await policies.describe(policyId, description, now);
      if (checked) await replaceDocument(policies, policy, { ...checked, now, most: quotas.versionsOfPolicy });
      await recordChange(writers, { accountUin, uin, action: 'cam:UpdatePolicy', now });
    });
    return { policyId: String(policyId), warnings: checked?.warnings.map(toFinding) ?? [] };
  };
}

/** The new document is a version of its own, in force at once; when `most` are kept already, the oldest makes room. */
async function replaceDocument(
  policies: PolicyWriter,
  { policyId, version: inForce }: { policyId: number; version: number },
  { document, now, most }: PolicyText & { most: number },
): Promise<void> {
  const versions = (await policies.versions(policyId)).map(({ version }) => version);
  await policies.deleteVersions(policyId, outdated({ inForce, versions }, most));
  const version = await policies.addVersion(policyId, { document, now });
  await policies.setDefault({ policyId, version }, now);
}
