import { PolicySchema, PolicyType } from '@muster/contract';
import { findPolicyId } from '../../../directory.ts';
import { formatTags } from '../../../domain/tags.ts';
import { count } from '../../../option-values.ts';
import { printScript } from '../../../output/script.ts';
import { printFields } from '../../../output/table.ts';
import { when } from '../../../output/time.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { nothingMatched } from '../../../stop.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly document?: boolean;
  readonly policyVersion?: number;
}

/** `muster iam policy show`: one policy with its document. */
export const policyShow = verb<Options, [policy: string]>({
  configure(command) {
    command
      .argument('<policy>', 'name or number')
      .option('--document', 'only the document, as it was given')
      .option('--policy-version <version>', 'the document of this version instead of the one in force', count);
  },
  examples: [
    'muster iam policy show run-on-all',
    'muster iam policy show run-on-all --document',
    'muster iam policy show run-on-all --policy-version 1',
  ],
  async run(app, { document, policyVersion: versionId }, nameOrId) {
    const session = await app.connect();
    const policyId = await findPolicyId(session, nameOrId);
    const { policy } = await session.iam.getPolicy({ policyId });
    if (!policy) throw nothingMatched(`no policy \`${nameOrId}\``);
    if (versionId !== undefined) {
      const { policyVersion } = await session.policies.getPolicyVersion({ policyId, versionId });
      policy.version = versionId;
      policy.policyDocument = policyVersion?.document ?? '';
    }
    const { out } = app.terminal;
    if (app.json) app.printJson(toTatJson(PolicySchema, policy));
    else if (document) out.write(policy.policyDocument);
    else {
      const now = Date.now();
      printFields(out, [
        ['name', policy.policyName],
        ['number', policy.policyId],
        ['type', policy.type === PolicyType.PRESET ? 'preset' : 'custom'],
        ['version', String(policy.version)],
        ['description', policy.description],
        ['tags', formatTags(policy.tags)],
        ['have it', String(policy.attachments)],
        ['added', when(policy.addTime, now)],
        ['changed', when(policy.updateTime, now)],
      ]);
      out.line();
      printScript(out, Buffer.from(policy.policyDocument));
    }
    return undefined;
  },
});
