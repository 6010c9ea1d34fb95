import { Lru } from '@muster/kernel';
import { mayServeAgain, purposeOf, type SpentSignature, signatureEnds } from '../domain/signed-request.ts';
import type { UsedSignatureStore } from '../store/used-signature-store.ts';

/** Signatures that are remembered at a time; at some 300 bytes each these are 20 MB, and a hundred requests a second for ten minutes. */
const REMEMBERED = 65_536;

/** A signature that is right, and what a request wants it for. */
export interface SignatureUse {
  readonly signature: string;
  readonly action: string;
  /** Whether the same request may come again. */
  readonly repeatable: boolean;
  /** Its timestamp, seconds since 1970. */
  readonly seconds: number;
  readonly peerAddress: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Sees to it that a signature serves one purpose, and a request that must not come twice only once. Those are kept in the store;
 * the others in memory alone, so that looking at things costs no write: after a restart, or when more are used than it holds, the signature of
 * a request that was let in as repeatable is taken for a new one.
 */
export class UsedSignatures {
  readonly #store: UsedSignatureStore;
  readonly #spent = new Lru<string, SpentSignature>(REMEMBERED);

  constructor(store: UsedSignatureStore) {
    this.#store = store;
  }

  /**
   * Takes note of a use, and resolves once that cannot be forgotten. Hands back what the signature was used for before when it must not be
   * used for this, undefined when it may.
   */
  async take({ signature, repeatable, seconds, peerAddress, now, action }: SignatureUse): Promise<string | undefined> {
    const purpose = purposeOf({ action, repeatable });
    const stored = this.#spent.get(signature) ? undefined : await this.#store.purposeOf(signature);
    // of equal requests at the same time one goes on: from here to where it is noted nothing is awaited
    const before = this.#spent.get(signature);
    if (!before && stored !== undefined) return stored;
    if (before && !mayServeAgain(before, { purpose, repeatable, peerAddress, now })) return before.purposes[0];
    const purposes = new Set(before?.purposes).add(purpose);
    this.#spent.set(signature, { peerAddress, since: now, ...before, purposes: [...purposes] });
    if (repeatable) return undefined;
    try {
      const first = await this.#store.insert({ signature, purpose, expires_at: signatureEnds(seconds) });
      return first || before ? undefined : purpose;
    } catch (error) {
      this.#forget(signature, purpose);
      throw error;
    }
  }
  /** Nothing was let in for this purpose. */
  #forget(signature: string, purpose: string): void {
    const spent = this.#spent.get(signature);
    const purposes = spent?.purposes.filter((each) => each !== purpose) ?? [];
    if (spent && purposes.length > 0) this.#spent.set(signature, { ...spent, purposes });
    else this.#spent.delete(signature);
  }
}
