import { invalid, Refusal } from '@muster/kernel';

/** How far a signed timestamp may be from the service's clock, in seconds. */
export const TOLERANCE_SECONDS = 300;

/** A request for a token as it was signed. */
export interface SignedExchange {
  readonly secretId: string;
  /** Seconds since 1970. */
  readonly seconds: number;
  readonly nonce: string;
}

/** Refusal: AuthFailure.InvalidSecretId. */
export function checkSecretId(secretId: string): void {
  if (/^AKID[A-Za-z0-9]{16,64}$/.test(secretId)) return;
  throw new Refusal('unauthenticated', 'AuthFailure.InvalidSecretId', 'SecretId must be `AKID` and its characters');
}

/** The same for a key that does not exist and for one that is switched off. */
export function unknownKey(secretId: string): Refusal {
  return new Refusal('unauthenticated', 'AuthFailure.SecretIdNotFound', `no working access key \`${secretId}\``);
}

/** Checks everything about a signed request that needs no key. `now` is epoch milliseconds. */
export function checkExchange({ secretId, seconds, nonce }: SignedExchange, now: number): void {
  checkSecretId(secretId);
  if (!/^[A-Za-z0-9+/=_.-]{16,128}$/.test(nonce)) {
    throw invalid('InvalidParameterValue', 'Nonce', 'must be 16 to 128 characters of A-Z a-z 0-9 + / = _ . -');
  }
  const off = Math.abs(now / 1_000 - seconds);
  if (off > TOLERANCE_SECONDS) {
    throw new Refusal(
      'unauthenticated',
      'AuthFailure.SignatureExpire',
      `Timestamp must be within ${TOLERANCE_SECONDS} s of the service's clock, was ${Math.round(off)} s off`,
    );
  }
}
