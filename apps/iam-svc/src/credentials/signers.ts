import { Refusal, randomText } from '@muster/kernel';
import type { AuditEvent } from '../audit/audit.ts';
import type { IamContext } from '../context.ts';
import { isTemporaryKeyId } from '../crypto/temporary-keys.ts';
import { displayName } from '../domain/identity.ts';
import { secretName } from './mint.ts';
import { type RequestBearer, RequestBearers } from './request-bearers.ts';

/** Whose secret a request must be signed with. */
export interface Signer {
  /** Of an id that no working key has, one that nobody knows: verifying takes the same work either way. */
  readonly secret: string;
  /** Undefined when no working key has the id. */
  readonly holder: Holder | undefined;
}

interface Holder extends Pick<AuditEvent, 'accountUin' | 'principal' | 'accessKeyId'> {
  bearer(): Promise<RequestBearer>;
}

type Parts = Pick<IamContext, 'keys' | 'commit' | 'vault' | 'bearerTokens' | 'temporaryKeys' | 'clock' | 'decider'>;

const NOBODY = 'nobody';

/** Finds who signs with an id, and with the token that goes with it. Refusal: AuthFailure.TokenFailure. */
export function signers(parts: Parts): (secretId: string, sessionToken: string) => Promise<Signer> {
  const { keys, vault } = parts;
  const bearers = new RequestBearers(parts);
  const sealedForNobody = vault.seal(Buffer.from(randomText(40)), secretName(NOBODY));

  async function withKey(accessKeyId: string): Promise<Signer> {
    const key = await keys.findForExchange(accessKeyId);
    const [sealed, owner] = key ? [key.secret, accessKeyId] : [sealedForNobody, NOBODY];
    const secret = vault.open(sealed, secretName(owner)).toString();
    if (!key?.active) return { secret, holder: undefined };
    const { uin, accountUin, userName: name } = key;
    const principal = { type: uin === accountUin ? 'root' : 'user', uin, name } as const;
    const bearer = () => bearers.ofKey({ accessKeyId, uin, accountUin });
    return { secret, holder: { accountUin, principal, accessKeyId, bearer } };
  }

  async function withTemporaryKey(secretId: string, sessionToken: string): Promise<Signer> {
    const claims = await parts.bearerTokens.verifySession(sessionToken, parts.clock.now());
    const key = claims && parts.temporaryKeys.of(claims.tokenId);
    if (key?.secretId !== secretId) throw badToken();
    const bearer = await bearers.ofToken(claims!);
    const { identity } = bearer;
    if (identity.kind === 'service') throw badToken();
    const { accountUin, type, uin, accessKeyId } = identity;
    const principal = { type, uin, name: displayName(identity) };
    return { secret: key.secretKey, holder: { accountUin, principal, accessKeyId, bearer: async () => bearer } };
  }

  return (secretId, sessionToken) => {
    if (isTemporaryKeyId(secretId)) return withTemporaryKey(secretId, sessionToken);
    if (sessionToken !== '') throw badToken();
    return withKey(secretId);
  };
}

function badToken(): Refusal {
  const message = 'the token that goes with SecretId is missing, has ended or belongs to other credentials';
  return new Refusal('unauthenticated', 'AuthFailure.TokenFailure', message);
}
