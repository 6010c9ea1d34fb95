import { createHmac, randomBytes } from 'node:crypto';

/** An access key. */
export interface AccessKeyPair {
  readonly secretId: string;
  readonly secretKey: string;
}

/**
 * The request of TokenService.ExchangeAccessKey: the secret signs and stays here. The key is TC3's signing key for the service
 * `sts` and the UTC date; the text is in the comment of ExchangeAccessKeyRequest. `nowMs` is milliseconds since 1970.
 */
export function signExchange({ secretId, secretKey }: AccessKeyPair, nowMs: number, nonce = newNonce()) {
  const timestamp = Math.floor(nowMs / 1000);
  const date = new Date(timestamp * 1000).toISOString().slice(0, 10);
  const signingKey = hmac(hmac(hmac(`TC3${secretKey}`, date), 'sts'), 'tc3_request');
  const signature = hmac(signingKey, `muster-exchange\n${secretId}\n${timestamp}\n${nonce}`).toString('hex');
  return { secretId, timestamp: BigInt(timestamp), nonce, signature };
}

function newNonce(): string {
  return randomBytes(16).toString('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
