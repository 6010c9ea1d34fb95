import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { TokenService } from '@muster/contract';
import { invalid, Refusal } from '@muster/kernel';
import type { IamContext } from '../context.ts';
import { hashPassword, verifyPassword } from '../crypto/passwords.ts';
import { checkNewPassword } from '../domain/password.ts';
import { recordChanges } from '../events.ts';
import { takeMfaCode } from '../mfa.ts';
import { mintToken } from '../mint.ts';
import { countTry } from '../tries.ts';

type Parts = Pick<IamContext, 'accounts' | 'users' | 'commit' | 'vault' | 'bearerTokens' | 'clock' | 'lifetimes'>;

const LONGEST_NAME = 64;

export function login(parts: Parts): MethodImpl<typeof TokenService.method.login> {
  const { accounts, users, commit, vault, clock, lifetimes } = parts;
  return async (request) => {
    const accountUin = request.accountUin === '0' ? ((await accounts.first()) ?? '0') : request.accountUin;
    const { userName, password, newPassword } = request;
    if (userName.length > LONGEST_NAME) throw wrong();
    const name = { accountUin, userName };
    await countTry(parts, name);
    const user = await users.findByName(accountUin, userName);
    const right = await verifyPassword(password, user?.passwordHash ?? '');
    if (!user?.active || !right) throw wrong();
    const { uin } = user;
    const newHash = newPassword === '' ? undefined : await hashPassword(checkNewPassword(newPassword, password));
    const grant = await mintToken(parts, { uin, accountUin, accessKeyId: undefined, lifetime: lifetimes.console });
    await commit(async (writers) => {
      const { tokens, users: current } = writers;
      const now = clock.now();
      // the user may have been switched off or deleted, or given another password, meanwhile
      const same = await current.find(accountUin, uin);
      if (!same?.active || same.passwordHash !== user.passwordHash) throw wrong();
      const mfa = same.mfa?.enabled ?? false;
      if (mfa) await takeMfaCode({ vault, users: current }, { user: same, code: request.mfaCode, now });
      requireRightMoment(newHash, same);
      await tokens.forgetAttempts(name);
      if (newHash !== undefined) {
        const elsewhere = await tokens.endConsoleThoseOf(uin);
        await current.update(uin, { passwordHash: newHash, needResetPassword: false });
        await recordChanges(writers, elsewhere, { accountUin, uin, action: 'sts:Login', now });
      }
      await current.update(uin, { lastLoginAt: now });
      await tokens.insert({ ...grant.record, mfa });
    });
    return { token: grant.token, expiredTime: timestampFromMs(grant.record.expiresAt) };
  };
}

/** Never says which of the three is wrong. */
function wrong(): Refusal {
  const message = 'the account, the user name or the password is wrong';
  return new Refusal('unauthenticated', 'AuthFailure.LoginFailure', message);
}

/** A password is replaced here when it must be, and not otherwise: who may change passwords is for policies to say. */
function requireRightMoment(newHash: string | undefined, { needResetPassword }: { needResetPassword: boolean }): void {
  if (newHash !== undefined && !needResetPassword) {
    throw invalid('InvalidParameter.ParamError', 'NewPassword', 'is taken only when the password must be replaced');
  }
  if (newHash === undefined && needResetPassword) {
    throw new Refusal(
      'conflict',
      'OperationDenied.NeedResetPassword',
      'the password must be replaced; give NewPassword',
    );
  }
}
