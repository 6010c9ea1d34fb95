import { Outcome, SimulatePolicyResponseSchema } from '@muster/contract';
import { addQuestion, askQuestion, type CircumstanceOptions, subjectOf } from '../../access-question.ts';
import { EXIT } from '../../domain/outcome.ts';
import { printOutcome } from '../../output/explanation.ts';
import { toTatJson } from '../../output/to-json.ts';
import { verb } from '../../verb.ts';

/** `muster iam can`: whether somebody may; the exit code is the answer. */
export const can = verb<CircumstanceOptions, [who: string, action: string, resources: string[]]>({
  configure(command) {
    addQuestion(command).addHelpText('after', '\nExit codes: 0 every resource is allowed, 2 one is denied');
  },
  examples: [
    'muster iam can ana tat:CreateCommand',
    "muster iam can ana RunCommand 'command/*' ins-1a2b3c4d --with ip=10.0.0.1",
    'muster iam can role/deploy InvokeCommand cmd-1a2b3c4d --tag team=ops',
  ],
  async run(app, options, who, action, resources) {
    const subject = subjectOf(who);
    const answer = await askQuestion(await app.connect(), options, { subject, actions: [action], resources });
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
