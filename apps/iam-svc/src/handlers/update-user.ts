import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { hashPassword } from '../crypto/passwords.ts';
import { checkCountryCode, checkEmail, checkPhoneNum, checkRemark } from '../domain/fields.ts';
import { checkPassword } from '../domain/password.ts';
import { type Ending, endingOf } from '../domain/user-change.ts';
import { recordChanges } from '../events.ts';
import { requireUser } from '../named/things.ts';
import { changeableUser, requireLasting } from '../named/users.ts';
import type { TokenWriter } from '../store/token-store.ts';

export function updateUser({
  users: reader,
  write,
  clock,
  decider,
}: Pick<IamContext, 'users' | 'write' | 'decider' | 'clock'>): MethodImpl<typeof IamService.method.updateUser> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const { uin } = await changeableUser(request.name, { call, users: reader });
    await requireLasting(uin, { call, decider });
    const { active, consoleLogin, needResetPassword } = request;
    const given = {
      active,
      needResetPassword,
      remark: ifGiven(request.remark, checkRemark),
      phoneNum: ifGiven(request.phoneNum, checkPhoneNum),
      countryCode: ifGiven(request.countryCode, checkCountryCode),
      email: ifGiven(request.email, checkEmail),
    };
    const newPassword = ifGiven(request.password, checkPassword);
    const newHash = newPassword === undefined ? undefined : await hashPassword(newPassword);
    await write(call, async (writers) => {
      const { users, tokens } = writers;
      // two callers may have found it
      const user = requireUser(await users.find(accountUin, uin), request.name);
      const ending = endingOf(
        { isRoot: uin === accountUin, consoleLogin: user.passwordHash !== '' },
        { active, consoleLogin, needResetPassword, newPassword: newHash !== undefined },
      );
      const off = consoleLogin === false ? { passwordHash: '', needResetPassword: false } : {};
      await users.update(uin, { ...given, passwordHash: newHash, ...off });
      const elsewhere = await endTokens(tokens, uin, ending);
      await recordChanges(writers, elsewhere, { accountUin, uin: by, action: 'cam:UpdateUser', now: clock.now() });
    });
    return {};
  };
}

function ifGiven<T>(value: T | undefined, check: (value: T) => T): T | undefined {
  return value === undefined ? undefined : check(value);
}

async function endTokens(tokens: TokenWriter, uin: string, ending: Ending): Promise<string[]> {
  if (ending === 'none') return [];
  return ending === 'all' ? tokens.endThoseOfUser(uin) : tokens.endConsoleThoseOf(uin);
}
