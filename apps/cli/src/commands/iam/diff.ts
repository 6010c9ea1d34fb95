import { type Explanation, Outcome, SimulatePolicyResponseSchema } from '@muster/contract';
import { addCircumstances, type CircumstanceOptions, circumstances, subjectOf, WHOM } from '../../access-question.ts';
import { findPolicyId } from '../../directory.ts';
import { escapeText } from '../../domain/escape.ts';
import { EXIT } from '../../domain/outcome.ts';
import type { Channel } from '../../output/terminal.ts';
import { toTatJson } from '../../output/to-json.ts';
import { readSource } from '../../script-source.ts';
import { verb } from '../../verb.ts';

interface Options extends CircumstanceOptions {
  readonly for?: string;
}

/** `muster iam diff`: which requests would be decided otherwise if a document were saved. */
export const diff = verb<Options, [policy: string, file: string]>({
  configure(command) {
    addCircumstances(
      command
        .argument('<policy>', 'name or number of the policy that it would replace')
        .argument('<file>', "the new document, JSON; '-' is standard input")
        .option('--for <who>', `only for ${WHOM}; otherwise for whoever has this policy and no other`),
    ).addHelpText('after', '\nExit codes: 0 nothing would change, 2 something would');
  },
  examples: ['muster iam diff run-on-all policy.json', 'muster iam diff run-on-all - --for ana < policy.json'],
  async run(app, options, policy, file) {
    const policyDocument = (await readSource(file, app.terminal, 'the document')).toString('utf8');
    const session = await app.connect();
    const policyId = await findPolicyId(session, policy);
    const { requestContext, requestTags } = circumstances(options);
    const answer = await session.analysis.simulatePolicy({
      ...(options.for === undefined ? {} : { subject: subjectOf(options.for) }),
      drafts: [{ policyId, policyDocument }],
      changesOnly: true,
      requestContext,
      requestTags,
    });
    const { results } = answer;
    if (app.json) app.printJson(toTatJson(SimulatePolicyResponseSchema, answer));
    else {
      for (const change of results) printChange(app.terminal.out, change);
      if (results.length === 0) app.note('nothing would change');
      else app.note(summary(results));
    }
    return results.length === 0 ? EXIT.succeeded : EXIT.answeredNo;
  },
});

function printChange(channel: Channel, { action, resource, outcome, reason }: Explanation): void {
  const { colors } = channel;
  const gained = outcome === Outcome.ALLOWED;
  const paint = gained ? colors.green : colors.red;
  channel.line(`${paint(`${gained ? '+' : '-'} ${escapeText(action)}`)} on ${escapeText(resource)}`);
  channel.line(`  ${colors.dim(escapeText(reason))}`);
}

function summary(changes: readonly Explanation[]): string {
  const gained = changes.filter(({ outcome }) => outcome === Outcome.ALLOWED).length;
  return `${gained} more allowed, ${changes.length - gained} no longer`;
}
