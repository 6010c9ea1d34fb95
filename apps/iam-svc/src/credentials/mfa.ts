import { Refusal } from '@muster/kernel';
import type { Vault } from '@muster/vault';
import { Secret, TOTP } from 'otpauth';
import type { IamContext } from '../context.ts';
import type { User, UserWriter } from '../store/user-store.ts';
import { countTry } from './tries.ts';

const PERIOD_SECONDS = 30;
/** RFC 6238's advice: clocks differ, and typing takes a while. */
const STEPS_OFF = 1;
const TOTP_KIND = { issuer: 'Muster', algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS } as const;

/** The name that a user's authenticator secret is sealed under. */
const sealedAs = (uin: string) => `mfa/${uin}`;

/** A new authenticator: what is shown once, and what is kept. */
export function newAuthenticator(
  vault: Vault,
  { uin, accountUin, name }: Pick<User, 'uin' | 'accountUin' | 'name'>,
): { secret: string; uri: string; sealed: Uint8Array } {
  const secret = new Secret({ size: 20 });
  const totp = new TOTP({ ...TOTP_KIND, secret, label: `${name}@${accountUin}` });
  return { secret: secret.base32, uri: totp.toString(), sealed: vault.seal(secret.bytes, sealedAs(uin)) };
}

/**
 * Takes a one-time code of a user's authenticator, whether it is enabled yet or not. Throws FailedOperation.CheckMFAError when the
 * code is missing or wrong, or when its time step was used before: whoever looks over a shoulder gets nothing.
 */
export async function takeMfaCode(
  { vault, users }: { vault: Vault; users: UserWriter },
  { user, code, now }: { user: Pick<User, 'uin' | 'mfa'>; code: string; now: number },
): Promise<void> {
  if (!user.mfa) throw mfaRefusal('there is no authenticator');
  if (code === '') throw mfaRefusal('the six digits that the authenticator shows must be given');
  const step = stepOf(vault.open(user.mfa.secret, sealedAs(user.uin)), code, now);
  if (step === undefined || !(await users.useMfaStep(user.uin, step))) {
    throw mfaRefusal('the one-time code is wrong or was used before');
  }
}

/**
 * Passes when this is a right code of the authenticator of somebody who is signed in already. Wrong ones count like failed
 * logins, or a stolen token could guess them all.
 */
export async function proveMfa(
  { commit, vault, clock }: Pick<IamContext, 'commit' | 'vault' | 'clock'>,
  { accountUin, uin, name }: Pick<User, 'accountUin' | 'uin' | 'name'>,
  code: string,
): Promise<void> {
  await countTry({ commit, clock }, { accountUin, userName: name });
  await commit(async ({ users, tokens }) => {
    const user = await users.find(accountUin, uin);
    if (!user?.mfa?.enabled) throw mfaRefusal('there is no authenticator');
    await takeMfaCode({ vault, users }, { user, code, now: clock.now() });
    await tokens.forgetAttempts({ accountUin, userName: name });
  });
}

/** The time step that a code is of, when it is one of now. */
function stepOf(secret: Uint8Array, code: string, now: number): number | undefined {
  if (!/^[0-9]{6}$/.test(code)) return undefined;
  const totp = new TOTP({ ...TOTP_KIND, secret: new Secret({ buffer: new Uint8Array(secret).buffer }) });
  const delta = totp.validate({ token: code, timestamp: now, window: STEPS_OFF });
  return delta === null ? undefined : totp.counter({ timestamp: now }) + delta;
}

function mfaRefusal(message: string): Refusal {
  return new Refusal('denied', 'FailedOperation.CheckMFAError', message);
}
