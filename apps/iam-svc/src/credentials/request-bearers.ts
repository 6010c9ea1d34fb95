import { Lru, Refusal } from '@muster/kernel';
import type { IamContext } from '../context.ts';
import type { TokenClaims } from '../crypto/bearer-tokens.ts';
import { unknownKey } from '../domain/exchange.ts';
import type { Identity } from '../domain/identity.ts';
import { mintToken } from './mint.ts';

/** They never leave the installation, and one that is ended is not used again: this bounds what a leak is worth. */
const LIFETIME_MS = 300_000;
/** Those who call at a time. */
const CAPACITY = 4_096;

/** A bearer token for a request that was signed, and whose it is. */
export interface RequestBearer {
  readonly credential: string;
  readonly identity: Identity;
}

interface Kept {
  readonly token: Promise<string>;
  /** From then on another one is made, epoch milliseconds. */
  readonly renewAt: number;
}

type Parts = Pick<IamContext, 'commit' | 'decider' | 'bearerTokens' | 'clock'>;

/**
 * Bearer tokens by which signed requests go on, so that they are decided, limited and put on record like any others. They are made once
 * and used for half their life: a signed request writes nothing. Each is looked at again for every request, so whatever ends tokens
 * (a key or user that is switched off, a role that is deleted) ends these.
 */
export class RequestBearers {
  readonly #parts: Parts;
  readonly #kept = new Lru<string, Kept>(CAPACITY);

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** For a request signed with an access key. Refusal: AuthFailure.SecretIdNotFound when it has just stopped working. */
  async ofKey(key: { accessKeyId: string; uin: string; accountUin: string }): Promise<RequestBearer> {
    const kept = this.#fresh(key.accessKeyId);
    const known = kept && (await this.#identified(kept).catch(onlyRefused));
    // a key that was switched off, and on again, is left without its tokens
    return known ?? this.#identified(this.#keep(key.accessKeyId, () => this.#mint(key)));
  }

  /** For a request signed with temporary credentials: another token for the same record. Refusal: AuthFailure.TokenFailure when that has ended. */
  ofToken(claims: TokenClaims): Promise<RequestBearer> {
    const { bearerTokens } = this.#parts;
    const sign = (issuedAt: number) => bearerTokens.sign(claims, { issuedAt, expiresAt: issuedAt + LIFETIME_MS });
    return this.#identified(this.#fresh(claims.tokenId) ?? this.#keep(claims.tokenId, sign));
  }

  #fresh(name: string): Kept | undefined {
    const kept = this.#kept.get(name);
    return kept && this.#parts.clock.now() < kept.renewAt ? kept : undefined;
  }

  #keep(name: string, make: (now: number) => Promise<string>): Kept {
    const now = this.#parts.clock.now();
    const kept = { token: make(now), renewAt: now + LIFETIME_MS / 2 };
    this.#kept.set(name, kept);
    kept.token.catch(() => this.#kept.delete(name));
    return kept;
  }

  async #identified({ token }: Kept): Promise<RequestBearer> {
    const credential = await token;
    return { credential, identity: await this.#parts.decider.identify(credential) };
  }

  /** Notes that the key is in use, too: to within half the life of a token. */
  async #mint({ accessKeyId, uin, accountUin }: { accessKeyId: string; uin: string; accountUin: string }) {
    const { commit, clock } = this.#parts;
    const { token, record } = await mintToken(this.#parts, { uin, accountUin, accessKeyId, lifetime: LIFETIME_MS });
    await commit(async ({ keys, tokens }) => {
      // the key may have been switched off since it was read
      if (!(await keys.use(accessKeyId, clock.now()))) throw unknownKey(accessKeyId);
      await tokens.insert(record);
    });
    return token;
  }
}

/** A fault stays one; a refusal says that the token has ended. */
function onlyRefused(error: unknown): undefined {
  if (!(error instanceof Refusal)) throw error;
}
