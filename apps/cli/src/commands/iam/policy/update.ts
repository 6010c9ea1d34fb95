import { UpdatePolicyResponseSchema } from '@muster/contract';
import { findPolicyId } from '../../../directory.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { noteWarnings } from '../../../policy-warnings.ts';
import { readSource } from '../../../script-source.ts';
import { Stop } from '../../../stop.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly file?: string;
  readonly description?: string;
}

/** `muster iam policy update`: the new document bites on the next call. */
export const policyUpdate = verb<Options, [policy: string]>({
  configure(command) {
    command
      .argument('<policy>', 'name or number')
      .option('-f, --file <file>', "the new document, JSON; '-' is standard input")
      .option('--description <text>', 'what it allows');
  },
  examples: ['muster iam policy update run-on-all -f policy.json'],
  async run(app, { file, description }, nameOrId) {
    if (file === undefined && description === undefined) {
      throw new Stop('nothing to change', { hint: 'give -f FILE or --description TEXT' });
    }
    const document = file === undefined ? undefined : await readSource(file, app.terminal, 'the document');
    const session = await app.connect();
    const policyId = await findPolicyId(session, nameOrId);
    const answer = await session.iam.updatePolicy({
      policyId,
      ...(document === undefined ? {} : { policyDocument: document.toString('utf8') }),
      ...(description === undefined ? {} : { description }),
    });
    if (app.json) app.printJson({ PolicyId: policyId, ...toTatJson(UpdatePolicyResponseSchema, answer) });
    else {
      app.terminal.out.line(`changed policy ${nameOrId}; it is in force`);
      noteWarnings(app, answer.warnings);
    }
    return undefined;
  },
});
