import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { LoginRequest, TokenService } from '@muster/contract';
import { invalid, Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { takeMfaCode } from '../credentials/mfa.ts';
import { mintToken } from '../credentials/mint.ts';
import { countTry } from '../credentials/tries.ts';
import { hashPassword, verifyPassword } from '../crypto/passwords.ts';
import { checkNewPassword } from '../domain/password.ts';
import { recordChanges } from '../events.ts';
import type { User } from '../store/user-store.ts';

type SignInParts = Pick<IamContext, 'commit' | 'vault' | 'bearerTokens' | 'clock' | 'lifetimes'>;
type Parts = SignInParts & Pick<IamContext, 'accounts' | 'users' | 'audit'>;

const ACTION = 'sts:Login';
const LONGEST_NAME = 64;

export function login(parts: Parts): MethodImpl<typeof TokenService.method.login> {
  const { accounts, users, audit } = parts;
  return async (request, context) => {
    const accountUin = request.accountUin === '0' ? ((await accounts.first()) ?? '0') : request.accountUin;
    const { userName } = request;
    if (userName.length > LONGEST_NAME) throw wrong();
    await countTry(parts, { accountUin, userName });
    const user = await users.findByName(accountUin, userName);
    const record = async (allowed: boolean) => {
      // names that nobody has are endless, so they would fill the record
      if (!user) return;
      const { uin, name } = user;
      const principal = { type: uin === accountUin ? 'root' : 'user', uin, name } as const;
      await audit.record({ call: callOf(context), accountUin, principal, action: ACTION, allowed });
    };
    const grant = await signIn(parts, user, request).catch(async (refusal: unknown) => {
      await record(false);
      throw refusal;
    });
    await record(true);
    return { token: grant.token, expiredTime: timestampFromMs(grant.record.expiresAt) };
  };
}

async function signIn(parts: SignInParts, user: User | undefined, request: LoginRequest) {
  const { commit, vault, clock, lifetimes } = parts;
  const { password, newPassword, mfaCode: code } = request;
  const right = await verifyPassword(password, user?.passwordHash ?? '');
  if (!user?.active || !right) throw wrong();
  const { uin, accountUin, name: userName } = user;
  const newHash = newPassword === '' ? undefined : await hashPassword(checkNewPassword(newPassword, password));
  const grant = await mintToken(parts, { uin, accountUin, accessKeyId: undefined, lifetime: lifetimes.console });
  await commit(async (writers) => {
    const { tokens, users } = writers;
    const now = clock.now();
    // the user may have been switched off or deleted, or given another password, meanwhile
    const same = await users.find(accountUin, uin);
    if (!same?.active || same.passwordHash !== user.passwordHash) throw wrong();
    const mfa = same.mfa?.enabled ?? false;
    if (mfa) await takeMfaCode({ vault, users }, { user: same, code, now });
    requireRightMoment(newHash, same);
    await tokens.forgetAttempts({ accountUin, userName });
    if (newHash !== undefined) {
      const elsewhere = await tokens.endConsoleThoseOf(uin);
      await users.update(uin, { passwordHash: newHash, needResetPassword: false });
      await recordChanges(writers, elsewhere, { accountUin, uin, action: ACTION, now });
    }
    await users.update(uin, { lastLoginAt: now });
    await tokens.insert({ ...grant.record, mfa });
  });
  return grant;
}

/** Never says which of the three is wrong. */
function wrong(): Refusal {
  const message = 'the account, the user name or the password is wrong';
  return new Refusal('unauthenticated', 'AuthFailure.LoginFailure', message);
}

/** A password is replaced here when it must be, and not otherwise: who may change passwords is for policies to say. */
function requireRightMoment(newHash: string | undefined, { needResetPassword }: Pick<User, 'needResetPassword'>): void {
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
