import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { chainBytes } from '@muster/kernel';
import type { Seal, Sha256 } from '@muster/terminal';
import type { Vault } from '@muster/vault';

export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/** How far a recording is, and whether that is its end. */
export interface Head extends Seal {
  readonly sessionId: string;
  readonly sealed: boolean;
}

/**
 * Signs how far recordings are, open ones as well, with a key that is not in the store: who writes to the file can neither make a recording
 * shorter nor seal one.
 */
export class RecordingMac {
  readonly #key: Uint8Array;

  constructor(vault: Vault) {
    this.#key = vault.derive('recording-seal');
  }

  of({ sessionId, chunks, sealed, hash }: Head): Uint8Array {
    const texts = [sessionId, String(chunks), sealed ? 'sealed' : 'open'].map((each) => Buffer.from(each));
    return createHmac('sha256', this.#key).update(chainBytes(hash, texts)).digest();
  }

  fits(mac: Uint8Array, head: Head): boolean {
    const own = this.of(head);
    return mac.length === own.length && timingSafeEqual(mac, own);
  }
}
