import { CreatePolicyVersionResponseSchema } from '@muster/contract';
import { findPolicyId } from '../../../directory.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { noteWarnings } from '../../../policy-warnings.ts';
import { readSource } from '../../../script-source.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly file: string;
  readonly setDefault?: boolean;
}

/** `muster iam policy add-version`: another document, not in force unless asked for. */
export const policyAddVersion = verb<Options, [policy: string]>({
  configure(command) {
    command
      .argument('<policy>', 'name or number')
      .requiredOption('-f, --file <file>', "the document, JSON; '-' is standard input")
      .option('--set-default', 'put it in force at once');
  },
  examples: ['muster iam policy add-version run-on-all -f policy.json --set-default'],
  async run(app, { file, setDefault = false }, nameOrId) {
    const policyDocument = (await readSource(file, app.terminal, 'the document')).toString('utf8');
    const session = await app.connect();
    const policyId = await findPolicyId(session, nameOrId);
    const answer = await session.policies.createPolicyVersion({ policyId, policyDocument, setAsDefault: setDefault });
    if (app.json) app.printJson(toTatJson(CreatePolicyVersionResponseSchema, answer));
    else {
      const { versionId, warnings } = answer;
      app.terminal.out.line(String(versionId));
      noteWarnings(app, warnings);
      app.note(
        setDefault ? 'it is in force' : `put it in force with: muster iam policy set-default ${nameOrId} ${versionId}`,
      );
    }
    return undefined;
  },
});
