import type { MethodImpl } from '@connectrpc/connect';
import { SignatureMethod, type SignatureService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { tc3Signature, v1Signature } from '@muster/signature';
import type { IamContext } from '../context.ts';
import { toPrincipal } from '../convert/decision.ts';
import { mintToken, secretName } from '../credentials/mint.ts';
import { sameSignature } from '../crypto/access-keys.ts';

type Parts = Pick<IamContext, 'keys' | 'commit' | 'vault' | 'bearerTokens' | 'clock' | 'decider'>;

const TOLERANCE_SECONDS = 300;
const TOKEN_MS = 60_000;

export function authenticateSignature(parts: Parts): MethodImpl<typeof SignatureService.method.authenticateSignature> {
  const { keys, commit, vault, clock, decider } = parts;
  return async ({ secretId, method, timestamp, date, service, stringsToSign, signature }) => {
    const now = clock.now();
    if (Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) {
      throw new Refusal('unauthenticated', 'AuthFailure.SignatureExpire', 'the timestamp is more than 300 s off');
    }
    const key = await keys.findForExchange(secretId);
    if (!key?.active) {
      throw new Refusal('unauthenticated', 'AuthFailure.SecretIdNotFound', `no working access key \`${secretId}\``);
    }
    const secret = vault.open(key.secret, secretName(secretId)).toString();
    const expected = (stringToSign: string) =>
      method === SignatureMethod.TC3_HMAC_SHA256
        ? tc3Signature(secret, { date, service, stringToSign })
        : v1Signature(secret, method === SignatureMethod.HMAC_SHA1 ? 'HmacSHA1' : 'HmacSHA256', stringToSign);
    if (!stringsToSign.some((text) => sameSignature(signature, expected(text)))) {
      throw new Refusal('unauthenticated', 'AuthFailure.SignatureFailure', 'the signature does not match');
    }
    const { uin, accountUin } = key;
    const { token, record } = await mintToken(parts, { uin, accountUin, accessKeyId: secretId, lifetime: TOKEN_MS });
    await commit(({ tokens }) => tokens.insert(record));
    return { credential: token, principal: toPrincipal(await decider.identify(token)) };
  };
}
