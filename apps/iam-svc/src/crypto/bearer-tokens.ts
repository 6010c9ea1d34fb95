import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Lru } from '@muster/kernel';
import { jwtVerify, SignJWT } from 'jose';

const ISSUER = 'muster-iam';
/** A bearer token is enough by itself; a session token goes with a signature made with temporary credentials. Neither passes for the other. */
const KINDS = {
  bearer: { typ: 'JWT', audience: 'muster' },
  session: { typ: 'session+jwt', audience: 'muster-signed-requests' },
} as const;
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

/** When a token begins and ends, epoch milliseconds; it knows whole seconds. */
export interface TokenTimes {
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Signs and verifies bearer tokens and session tokens: JWTs under the service's own Ed25519 key. */
export class BearerTokens {
  readonly #private: KeyObject;
  readonly #public: KeyObject;
  /** Only what was verified gets in, so forged tokens push nothing out. */
  readonly #verified = new Lru<string, Verified>(REMEMBERED);

  constructor(pkcs8: Buffer) {
    this.#private = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    this.#public = createPublicKey(this.#private);
  }

  sign(claims: TokenClaims, times: TokenTimes): Promise<string> {
    return this.#sign('bearer', claims, times);
  }

  /** The token that goes with temporary credentials: it stands for the same record as the bearer token of these claims. */
  signSession(claims: TokenClaims, times: TokenTimes): Promise<string> {
    return this.#sign('session', claims, times);
  }

  /** The same as `verify` says, if it has verified the very same token before; verifying costs a hundred times as much. */
  remembered(token: string, now: number): TokenClaims | undefined {
    const known = this.#verified.get(token);
    return known && now < known.endsAt ? known.claims : undefined;
  }

  /** What a bearer token says, or undefined when it is not one of ours or has ended at `now` (epoch milliseconds). */
  async verify(token: string, now: number): Promise<TokenClaims | undefined> {
    const verified = await this.#verify('bearer', token, now);
    if (verified) this.#verified.set(token, verified);
    return verified?.claims;
  }

  /** The same for a session token. */
  async verifySession(token: string, now: number): Promise<TokenClaims | undefined> {
    return (await this.#verify('session', token, now))?.claims;
  }

  #sign(kind: keyof typeof KINDS, { tokenId, uin, accountUin }: TokenClaims, times: TokenTimes): Promise<string> {
    const { typ, audience } = KINDS[kind];
    return new SignJWT({ account: accountUin })
      .setProtectedHeader({ alg: 'EdDSA', typ })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setSubject(uin)
      .setJti(tokenId)
      .setIssuedAt(Math.floor(times.issuedAt / 1_000))
      .setExpirationTime(Math.floor(times.expiresAt / 1_000))
      .sign(this.#private);
  }

  async #verify(kind: keyof typeof KINDS, token: string, now: number): Promise<Verified | undefined> {
    try {
      const { payload } = await jwtVerify<{ account: string }>(token, this.#public, {
        ...KINDS[kind],
        issuer: ISSUER,
        algorithms: ['EdDSA'],
        currentDate: new Date(now),
        requiredClaims: ['sub', 'jti', 'exp', 'account'],
      });
      const claims = { tokenId: payload.jti!, uin: payload.sub!, accountUin: payload.account };
      return { claims, endsAt: payload.exp! * 1_000 };
    } catch {
      return undefined;
    }
  }
}

interface Verified {
  readonly claims: TokenClaims;
  readonly endsAt: number;
}
