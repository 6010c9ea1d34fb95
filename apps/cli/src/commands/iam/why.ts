import { SimulatePolicyResponseSchema } from '@muster/contract';
import {
  actionOf,
  addCircumstances,
  type CircumstanceOptions,
  circumstances,
  resourcesOf,
  subjectOf,
  WHOM,
} from '../../access-question.ts';
import { printExplanation } from '../../output/explanation.ts';
import { toTatJson } from '../../output/to-json.ts';
import { verb } from '../../verb.ts';

/** `muster iam why`: what decides, and what almost would. */
export const why = verb<CircumstanceOptions, [who: string, action: string, resources: string[]]>({
  configure(command) {
    addCircumstances(
      command
        .argument('<who>', WHOM)
        .argument('<action>', 'such as tat:RunCommand; without a service it is one of tat')
        .argument('[resource...]', 'ids, paths such as command/*, six segments; none for operation-level actions'),
    );
  },
  examples: [
    "muster iam why ana RunCommand 'command/*'",
    'muster iam why ana tat:CreateCommand --with ip=192.0.2.1 --json',
  ],
  async run(app, options, who, action, names) {
    const session = await app.connect();
    const { resourceTags, ...supposed } = circumstances(options);
    const resources = await resourcesOf(session, names, resourceTags);
    const question = { subject: subjectOf(who), actions: [actionOf(action)], resources, ...supposed };
    const answer = await session.analysis.simulatePolicy(question);
    if (app.json) app.printJson(toTatJson(SimulatePolicyResponseSchema, answer));
    else {
      for (const [at, each] of answer.results.entries()) {
        if (at > 0) app.terminal.out.line();
        printExplanation(app.terminal.out, each);
      }
    }
    return undefined;
  },
});
