import { Lru } from '@muster/kernel';
import { purposeOf, signatureEnds } from '../domain/signed-request.ts';
import type { UsedSignatureStore } from '../store/used-signature-store.ts';

/** Signatures that are remembered at a time; at some 200 bytes each these are 13 MB, and a hundred requests a second for ten minutes. */
const REMEMBERED = 65_536;

/** A signature that is right, and what a request wants it for. */
export interface SignatureUse {
  readonly signature: string;
  readonly action: string;
  /** Whether the same request may come again. */
  readonly repeatable: boolean;
  /** Its timestamp, seconds since 1970. */
  readonly seconds: number;
}

/**
 * Sees to it that a signature is used for one purpose, and for a request that must not come twice only once. Those are kept in the store;
 * the others in memory alone, so that looking at things costs no write: after a restart, or when more are used than it holds, the signature of
 * a request that was let in as repeatable is taken for a new one.
 */
export class UsedSignatures {
  readonly #store: UsedSignatureStore;
  readonly #purposes = new Lru<string, string>(REMEMBERED);

  constructor(store: UsedSignatureStore) {
    this.#store = store;
  }

  /**
   * Takes note of a use, and resolves once that cannot be forgotten. Hands back what the signature was used for before when it must not be
   * used for this, undefined when it may.
   */
  async take({ signature, action, repeatable, seconds }: SignatureUse): Promise<string | undefined> {
    const purpose = purposeOf({ action, repeatable });
    const before = this.#purposes.get(signature);
    if (before !== undefined) return repeatable && before === purpose ? undefined : before;
    // before anything is awaited: of several at the same time one goes on
    this.#purposes.set(signature, purpose);
    try {
      const stored = repeatable
        ? await this.#store.purposeOf(signature)
        : await this.#insert({ signature, purpose, expires_at: signatureEnds(seconds) });
      if (stored !== undefined) this.#purposes.set(signature, stored);
      return stored;
    } catch (error) {
      // nothing was let in with it
      this.#purposes.delete(signature);
      throw error;
    }
  }

  async #insert(row: Parameters<UsedSignatureStore['insert']>[0]): Promise<string | undefined> {
    if (await this.#store.insert(row)) return undefined;
    return (await this.#store.purposeOf(row.signature)) ?? row.purpose;
  }
}
