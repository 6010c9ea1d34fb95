import { CreateAccountResponseSchema } from '@muster/contract';
import { printFields } from '../../../output/table.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { verb } from '../../../verb.ts';

/** `muster iam account create`: another root account, strictly apart from this one. */
export const accountCreate = verb<object, [name: string]>({
  configure(command) {
    command.argument('<name>', 'what it is called here');
  },
  examples: ['muster iam account create staging'],
  async run(app, _, name) {
    const session = await app.connect();
    const answer = await session.accounts.createAccount({ name });
    if (app.json) {
      app.printJson(toTatJson(CreateAccountResponseSchema, answer));
      return undefined;
    }
    printFields(app.terminal.out, [
      ['account', answer.accountUin],
      ['appid', answer.appId],
      ['secret id', answer.secretId],
      ['secret key', answer.secretKey],
      ['password', answer.password],
    ]);
    app.note('they are its root: keep the secrets, they are shown only now');
    return undefined;
  },
});
