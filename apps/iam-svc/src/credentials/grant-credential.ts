import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Refusal } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import type { Decider, State } from '../decide/decider.ts';
import { displayName, type UserIdentity } from '../domain/identity.ts';
import { type CredentialKind, credentialArn } from '../domain/temporary-credential.ts';
import type { IamWriters } from '../store/iam-writers.ts';
import { mintToken, type TokenOrder } from './mint.ts';

/** What a credential is like, apart from what it takes over from the caller's own; `seconds` is how long it lasts. */
export interface CredentialOrder extends CredentialKind, Pick<TokenOrder, 'sessionPolicy' | 'mfa'> {
  readonly seconds: number;
}

/** What credentials are made with. */
export type GrantParts = Pick<IamContext, 'write' | 'decider' | 'audit' | 'bearerTokens' | 'temporaryKeys' | 'clock'>;

/** Who is calling, as a user. Services have no credentials to pass on. */
export async function callingUser(decider: Decider, call: Call, state?: State): Promise<UserIdentity> {
  const identity = await decider.identify(call.credential, state);
  if (identity.kind === 'user') return identity;
  throw new Refusal('denied', 'UnauthorizedOperation', `\`${identity.name}\` is a service and has no user identity`);
}

/**
 * Makes a credential that stands on the caller's own: it ends when the user behind it is switched off or deleted, and when the key
 * behind it is. It is on record, in the account that it acts in, before it is handed out.
 */
export async function grantCredential(
  { write, decider, audit, temporaryKeys, ...parts }: GrantParts,
  call: Call,
  action: `sts:${string}`,
  orderFor: (caller: UserIdentity, writers: IamWriters) => CredentialOrder | Promise<CredentialOrder>,
) {
  const { caller, token, record } = await write(call, async (writers) => {
    const user = await callingUser(decider, call, writers);
    // of a role session the claims name whoever assumed the role
    const { uin } = (await parts.bearerTokens.verify(call.credential, parts.clock.now()))!;
    const { seconds, ...order } = await orderFor(user, writers);
    const { mfa, accessKeyId } = user;
    const minted = await mintToken(parts, { mfa, ...order, uin, accessKeyId, lifetime: seconds * 1_000 });
    await writers.tokens.insert(minted.record);
    return { caller: user, ...minted };
  });
  const { accountUin, tokenId, expiresAt } = record;
  const { type, uin, accessKeyId } = caller;
  const principal = { type, uin, name: displayName(caller) };
  const resources = [credentialArn(record)];
  await audit.record({ call, accountUin, principal, action, allowed: true, accessKeyId, resources });
  const { secretId: tmpSecretId, secretKey: tmpSecretKey } = temporaryKeys.of(tokenId);
  const sessionToken = await parts.bearerTokens.signSession(record, { issuedAt: parts.clock.now(), expiresAt });
  const credentials = { token, tmpSecretId, tmpSecretKey, sessionToken };
  return { credentials, expiredTime: timestampFromMs(expiresAt) };
}
