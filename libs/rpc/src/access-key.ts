import { tc3Signature } from '@muster/signature';

/** An access key with its secret, as a caller holds it. */
export interface AccessKeySecret {
  readonly secretId: string;
  readonly secretKey: string;
}

/** What `TokenService.ExchangeAccessKey` takes: a proof of the secret that is good once and for five minutes. */
export interface SignedExchange {
  readonly secretId: string;
  /** Seconds since 1970. */
  readonly timestamp: bigint;
  readonly nonce: string;
  /** 64 hexadecimal characters. */
  readonly signature: string;
}

/** Signs a request for a bearer token. The secret itself never leaves the process. */
export function signExchange(key: AccessKeySecret, nowMs: number, nonce: string = crypto.randomUUID()): SignedExchange {
  const seconds = Math.floor(nowMs / 1000);
  const signature = exchangeSignature(key.secretKey, { secretId: key.secretId, seconds, nonce });
  return { secretId: key.secretId, timestamp: BigInt(seconds), nonce, signature };
}

/** The signature both sides compute: HMAC-SHA256 under the TC3 signing key for service `sts` and the UTC date. */
export function exchangeSignature(
  secretKey: string,
  signed: { secretId: string; seconds: number; nonce: string },
): string {
  const date = new Date(signed.seconds * 1000).toISOString().slice(0, 10);
  const stringToSign = `muster-exchange\n${signed.secretId}\n${signed.seconds}\n${signed.nonce}`;
  return tc3Signature(secretKey, { date, service: 'sts', stringToSign });
}
