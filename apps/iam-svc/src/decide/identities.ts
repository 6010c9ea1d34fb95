import { Lru } from '@muster/kernel';
import type { EntityStamp, Stamp } from '../store/entity-stamp.ts';
import type { PrincipalReader, TokenHolder } from '../store/principal-store.ts';

/** Tokens in use at a time whose holders are kept; at a kilobyte or two each these are some megabytes. */
const CAPACITY = 4_096;

/**
 * Who is behind a token, at the newest committed state, without a statement for every call. What was read is good for as long as
 * the store's stamp is the same: the stamp is taken before the statement, and it is another one before anybody hears that a change
 * is committed, so a change bites on the very next call. What time alone changes (a token that ends) is judged by the caller.
 */
export class Identities implements Pick<PrincipalReader, 'ofToken'> {
  readonly #principals: PrincipalReader;
  readonly #stamp: EntityStamp;
  #seen: Stamp | undefined;
  #kept = new Lru<string, Promise<TokenHolder | undefined>>(CAPACITY);

  constructor(principals: PrincipalReader, stamp: EntityStamp) {
    this.#principals = principals;
    this.#stamp = stamp;
  }

  ofToken(tokenId: string): Promise<TokenHolder | undefined> {
    const stamp = this.#stamp.current();
    if (stamp !== this.#seen) {
      this.#seen = stamp;
      this.#kept = new Lru(CAPACITY);
    }
    const kept = this.#kept;
    const known = kept.get(tokenId);
    if (known !== undefined) return known;
    const reading = this.#principals.ofToken(tokenId);
    kept.set(tokenId, reading);
    // a store that fails says nothing about the token
    reading.catch(() => kept.delete(tokenId));
    return reading;
  }
}
