import { PolicySchema } from '@muster/contract';
import { findPolicyId } from '../../../directory.ts';
import { printScript } from '../../../output/script.ts';
import { printFields } from '../../../output/table.ts';
import { when } from '../../../output/time.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { nothingMatched } from '../../../stop.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly document?: boolean;
}

/** `muster iam policy show`: one policy with its document. */
export const policyShow = verb<Options, [policy: string]>({
  configure(command) {
    command.argument('<policy>', 'name or number').option('--document', 'only the document, as it was given');
  },
  examples: ['muster iam policy show run-on-all', 'muster iam policy show run-on-all --document'],
  async run(app, { document }, nameOrId) {
    const session = await app.connect();
    const { policy } = await session.iam.getPolicy({ policyId: await findPolicyId(session, nameOrId) });
    if (!policy) throw nothingMatched(`no policy \`${nameOrId}\``);
    const { out } = app.terminal;
    if (app.json) app.printJson(toTatJson(PolicySchema, policy));
    else if (document) out.write(policy.policyDocument);
    else {
      const now = Date.now();
      printFields(out, [
        ['name', policy.policyName],
        ['number', policy.policyId],
        ['version', String(policy.version)],
        ['description', policy.description],
        ['added', when(policy.addTime, now)],
        ['changed', when(policy.updateTime, now)],
      ]);
      out.line();
      printScript(out, Buffer.from(policy.policyDocument));
    }
    return undefined;
  },
});
