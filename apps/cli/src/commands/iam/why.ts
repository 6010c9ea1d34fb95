import { SimulatePolicyResponseSchema } from '@muster/contract';
import { addQuestion, askQuestion, type CircumstanceOptions, subjectOf } from '../../access-question.ts';
import { printExplanation } from '../../output/explanation.ts';
import { toTatJson } from '../../output/to-json.ts';
import { verb } from '../../verb.ts';

/** `muster iam why`: what decides, and what almost would. */
export const why = verb<CircumstanceOptions, [who: string, action: string, resources: string[]]>({
  configure(command) {
    addQuestion(command);
  },
  examples: [
    "muster iam why ana RunCommand 'command/*'",
    'muster iam why ana tat:CreateCommand --with ip=192.0.2.1 --json',
  ],
  async run(app, options, who, action, resources) {
    const subject = subjectOf(who);
    const answer = await askQuestion(await app.connect(), options, { subject, actions: [action], resources });
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
