import { GetAccountSummaryResponseSchema } from '@muster/contract';
import { printFields } from '../../../output/table.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { verb } from '../../../verb.ts';

/** `muster iam account summary`: how much of everything there is, and how much there may be. */
export const accountSummary = verb<object, []>({
  configure() {},
  examples: ['muster iam account summary', 'muster iam account summary --json'],
  async run(app) {
    const session = await app.connect();
    const answer = await session.accounts.getAccountSummary({});
    if (app.json) app.printJson(toTatJson(GetAccountSummaryResponseSchema, answer));
    else {
      printFields(app.terminal.out, [
        ['users', `${answer.users} of ${answer.maxUsers}`],
        ['groups', `${answer.groups} of ${answer.maxGroups}`],
        ['roles', `${answer.roles} of ${answer.maxRoles}`],
        ['policies', `${answer.policies} of ${answer.maxPolicies}`],
        ['collaborators', String(answer.collaborators)],
        ['recipients', String(answer.messageReceivers)],
      ]);
    }
    return undefined;
  },
});
