import { UserSchema } from '@muster/contract';
import { formatTags } from '../../../domain/tags.ts';
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
      const phone = user.countryCode === '' ? user.phoneNum : `+${user.countryCode} ${user.phoneNum}`;
      printFields(app.terminal.out, [
        ['name', user.name],
        ['uin', user.uin],
        ['status', user.active ? 'Active' : 'Inactive'],
        ['remark', user.remark],
        ['phone', phone],
        ['email', user.email],
        ['console', user.consoleLogin ? 'yes' : 'no'],
        ['password', user.needResetPassword ? 'must be replaced at the next login' : ''],
        ['mfa', user.mfaEnabled ? 'yes' : 'no'],
        ['boundary', user.boundaryPolicyId === '0' ? '' : `policy ${user.boundaryPolicyId}`],
        ['tags', formatTags(user.tags)],
        ['created', when(user.createTime, Date.now())],
      ]);
      app.note(`what it may do: muster iam policy attached ${user.name}`);
    }
    return undefined;
  },
});
