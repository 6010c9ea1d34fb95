import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Lru } from '@muster/kernel';
import { jwtVerify, SignJWT } from 'jose';

const ISSUER = 'muster-iam';
const AUDIENCE = 'muster';
/** Tokens whose signature is not verified again; some 500 bytes each. */
const REMEMBERED = 8_192;

/** What a bearer token says. Whether it is still in force is in the store. */
export interface TokenClaims {
  readonly tokenId: string;
  /** Who got it. */
  readonly uin: string;
  /** The account that it acts in. */
  readonly accountUin: string;
}

/** A new Ed25519 key for signing tokens, PKCS#8 DER. */
export function newTokenKey(): Buffer {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
}

/** Signs and verifies bearer tokens: JWTs under the service's own Ed25519 key. */
export class BearerTokens {
  readonly #private: KeyObject;
  readonly #public: KeyObject;
  /** Only what was verified gets in, so forged tokens push nothing out. */
  readonly #verified = new Lru<string, { readonly claims: TokenClaims; readonly endsAt: number }>(REMEMBERED);

  constructor(pkcs8: Buffer) {
    this.#private = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    this.#public = createPublicKey(this.#private);
  }

  /** Times are epoch milliseconds; a token knows whole seconds. */
  sign(
    { tokenId, uin, accountUin }: TokenClaims,
    { issuedAt, expiresAt }: { issuedAt: number; expiresAt: number },
  ): Promise<string> {
    return new SignJWT({ account: accountUin })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(uin)
      .setJti(tokenId)
      .setIssuedAt(Math.floor(issuedAt / 1_000))
      .setExpirationTime(Math.floor(expiresAt / 1_000))
      .sign(this.#private);
  }

  /** The same as `verify` says, if it has verified the very same token before; verifying costs a hundred times as much. */
  remembered(token: string, now: number): TokenClaims | undefined {
    const known = this.#verified.get(token);
    return known && now < known.endsAt ? known.claims : undefined;
  }

  /** What a token says, or undefined when it is not one of ours or has ended at `now` (epoch milliseconds). */
  async verify(token: string, now: number): Promise<TokenClaims | undefined> {
    try {
      const { payload } = await jwtVerify<{ account: string }>(token, this.#public, {
        issuer: ISSUER,
        audience: AUDIENCE,
        algorithms: ['EdDSA'],
        currentDate: new Date(now),
        requiredClaims: ['sub', 'jti', 'exp', 'account'],
      });
      const claims = { tokenId: payload.jti!, uin: payload.sub!, accountUin: payload.account };
      this.#verified.set(token, { claims, endsAt: payload.exp! * 1_000 });
      return claims;
    } catch {
      return undefined;
    }
  }
}
