import { Outcome, SimulatePolicyResponseSchema } from '@muster/contract';
import {
  actionOf,
  addCircumstances,
  type CircumstanceOptions,
  circumstances,
  resourcesOf,
  subjectOf,
  WHOM,
} from '../../access-question.ts';
import { EXIT } from '../../domain/outcome.ts';
import { printOutcome } from '../../output/explanation.ts';
import { toTatJson } from '../../output/to-json.ts';
import { verb } from '../../verb.ts';

/** `muster iam can`: whether somebody may; the exit code is the answer. */
export const can = verb<CircumstanceOptions, [who: string, action: string, resources: string[]]>({
  configure(command) {
    addCircumstances(
      command
        .argument('<who>', WHOM)
        .argument('<action>', 'such as tat:RunCommand; without a service it is one of tat')
        .argument('[resource...]', 'ids, paths such as command/*, six segments; none for operation-level actions'),
    ).addHelpText('after', '\nExit codes: 0 every resource is allowed, 2 one is denied');
  },
  examples: [
    'muster iam can ana tat:CreateCommand',
    "muster iam can ana RunCommand 'command/*' ins-1a2b3c4d --with ip=10.0.0.1",
    'muster iam can role/deploy InvokeCommand cmd-1a2b3c4d --tag team=ops',
  ],
  async run(app, options, who, action, names) {
    const session = await app.connect();
    const { resourceTags, ...supposed } = circumstances(options);
    const resources = await resourcesOf(session, names, resourceTags);
    const question = { subject: subjectOf(who), actions: [actionOf(action)], resources, ...supposed };
    const answer = await session.analysis.simulatePolicy(question);
    if (app.json) app.printJson(toTatJson(SimulatePolicyResponseSchema, answer));
    else {
      for (const each of answer.results) {
        printOutcome(app.terminal.out, each);
        if (each.outcome !== Outcome.ALLOWED) app.note(each.reason);
      }
    }
    const allowed = answer.results.every(({ outcome }) => outcome === Outcome.ALLOWED);
    return allowed ? EXIT.succeeded : EXIT.answeredNo;
  },
});
