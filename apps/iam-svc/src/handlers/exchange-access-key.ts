import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { TokenService } from '@muster/contract';
import { callOf, exchangeSignature } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { mintToken, secretName } from '../credentials/mint.ts';
import { sameSignature } from '../crypto/access-keys.ts';
import { checkExchange, unknownKey } from '../domain/exchange.ts';
import { badSignature, signatureEnds } from '../domain/signed-request.ts';

type Parts = Pick<IamContext, 'keys' | 'audit' | 'commit' | 'vault' | 'bearerTokens' | 'clock' | 'lifetimes'>;

const ACTION = 'sts:ExchangeAccessKey';

export function exchangeAccessKey(parts: Parts): MethodImpl<typeof TokenService.method.exchangeAccessKey> {
  const { keys, audit, commit, vault, clock, lifetimes } = parts;
  return async ({ secretId, timestamp, nonce, signature }, context) => {
    const now = clock.now();
    const seconds = Number(timestamp);
    checkExchange({ secretId, seconds, nonce }, now);
    const key = await keys.findForExchange(secretId);
    if (!key?.active) throw unknownKey(secretId);
    const { uin, accountUin } = key;
    const principal = { type: uin === accountUin ? 'root' : 'user', uin, name: key.userName } as const;
    const event = { call: callOf(context), accountUin, principal, action: ACTION, accessKeyId: secretId };
    const secret = vault.open(key.secret, secretName(secretId)).toString();
    if (!sameSignature(signature, exchangeSignature(secret, { secretId, seconds, nonce }))) {
      await audit.recordTry(event);
      throw badSignature('the signature does not match; check the secret, the text that was signed and the clock');
    }
    const grant = await mintToken(parts, { uin, accountUin, accessKeyId: secretId, lifetime: lifetimes.exchange });
    await commit(async ({ keys: working, tokens }) => {
      // the key may have been switched off since it was read
      if (!(await working.use(secretId, now))) throw unknownKey(secretId);
      if (!(await tokens.useNonce({ accessKeyId: secretId, nonce, expiresAt: signatureEnds(seconds) }))) {
        throw badSignature('the nonce was used before');
      }
      await tokens.insert(grant.record);
    });
    await audit.record({ ...event, allowed: true });
    return { token: grant.token, expiredTime: timestampFromMs(grant.record.expiresAt) };
  };
}
