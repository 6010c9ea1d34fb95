import { CreatePolicyResponseSchema } from '@muster/contract';
import { toTatJson } from '../../../output/to-json.ts';
import { noteWarnings } from '../../../policy-warnings.ts';
import { readSource } from '../../../script-source.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly file: string;
  readonly description?: string;
}

/** `muster iam policy create`: saves a CAM policy after the service has checked it. */
export const policyCreate = verb<Options, [name: string]>({
  configure(command) {
    command
      .argument('<name>', 'its name')
      .requiredOption('-f, --file <file>', "the document, JSON; '-' is standard input")
      .option('--description <text>', 'what it allows');
  },
  examples: [
    "muster iam policy create run-on-web -f policy.json --description 'commands on web servers'",
    'muster iam policy create run-on-db -f - < policy.json',
  ],
  async run(app, { file, description }, policyName) {
    const policyDocument = (await readSource(file, app.terminal, 'the document')).toString('utf8');
    const session = await app.connect();
    const answer = await session.iam.createPolicy({ policyName, policyDocument, description: description ?? '' });
    if (app.json) app.printJson(toTatJson(CreatePolicyResponseSchema, answer));
    else {
      app.terminal.out.line(answer.policyId);
      noteWarnings(app, answer.warnings);
      app.note(`saved; give it to somebody with: muster iam policy attach ${policyName} USER`);
    }
    return undefined;
  },
});
