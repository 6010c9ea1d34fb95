import { UserSchema } from '@muster/contract';
import { printFields } from '../../../output/table.ts';
import { when } from '../../../output/time.ts';
import { toTatJson } from '../../../output/to-json.ts';
import { nothingMatched } from '../../../stop.ts';
import { verb } from '../../../verb.ts';

/** `muster iam user show`: one sub-user. */
export const userShow = verb<object, [name: string]>({
  configure(command) {
    command.argument('<name>', 'its name');
  },
  examples: ['muster iam user show ana'],
  async run(app, _, name) {
    const session = await app.connect();
    const { user } = await session.iam.getUser({ name });
    if (!user) throw nothingMatched(`no user \`${name}\``);
    if (app.json) app.printJson(toTatJson(UserSchema, user));
    else {
      printFields(app.terminal.out, [
        ['name', user.name],
        ['uin', user.uin],
        ['remark', user.remark],
        ['console', user.consoleLogin ? 'yes' : 'no'],
        ['created', when(user.createTime, Date.now())],
      ]);
      app.note(`what it may do: muster iam policy attached ${user.name}`);
    }
    return undefined;
  },
});
