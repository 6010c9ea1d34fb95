import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { TokenService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import type { IamContext } from '../context.ts';
import { verifyPassword } from '../crypto/passwords.ts';
import { afterFailure, requireUnlocked } from '../domain/lockout.ts';
import { mintToken } from '../mint.ts';

type Parts = Pick<IamContext, 'accounts' | 'users' | 'commit' | 'bearerTokens' | 'clock' | 'lifetimes'>;

const LONGEST_NAME = 64;

export function login(parts: Parts): MethodImpl<typeof TokenService.method.login> {
  const { accounts, users, commit, clock, lifetimes } = parts;
  return async (request) => {
    const accountUin = request.accountUin === '0' ? ((await accounts.first()) ?? '0') : request.accountUin;
    const { userName, password } = request;
    if (userName.length > LONGEST_NAME) throw wrong();
    const name = { accountUin, userName };
    await commit(async ({ tokens }) => {
      const now = clock.now();
      const attempts = await tokens.attempts(name);
      requireUnlocked(attempts, now);
      // counted before the password is looked at, or a hundred guesses at once would count as none
      await tokens.setAttempts(name, afterFailure(attempts, now), now);
    });
    const user = await users.findByName(accountUin, userName);
    const right = await verifyPassword(password, user?.passwordHash ?? '');
    if (!user || !right) throw wrong();
    const { uin } = user;
    const grant = await mintToken(parts, { uin, accountUin, accessKeyId: undefined, lifetime: lifetimes.console });
    await commit(async ({ tokens, users: current }) => {
      // the user may have been deleted, or given another password, meanwhile
      if ((await current.find(accountUin, uin))?.passwordHash !== user.passwordHash) throw wrong();
      await tokens.forgetAttempts(name);
      await tokens.insert(grant.record);
    });
    return { token: grant.token, expiredTime: timestampFromMs(grant.record.expiresAt) };
  };
}

/** Never says which of the three is wrong. */
function wrong(): Refusal {
  const message = 'the account, the user name or the password is wrong';
  return new Refusal('unauthenticated', 'AuthFailure.LoginFailure', message);
}
