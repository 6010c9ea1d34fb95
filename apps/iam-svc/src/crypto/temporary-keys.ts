import { createHmac } from 'node:crypto';
import type { Vault } from '@muster/vault';

/** What temporary credentials sign with. */
export interface TemporaryKey {
  /** `AKID` and 64 hexadecimal characters: longer than the id of any access key, so that the two cannot be mistaken. */
  readonly secretId: string;
  readonly secretKey: string;
}

/**
 * The keys of temporary credentials. They follow from the id of the token that is on record and from a key of this service, so there is
 * nothing to store, and ending the token ends them:
 *
 *     key       = HKDF-SHA256(data key of the vault, "temporary-credentials")
 *     secretId  = "AKID" hex(HMAC-SHA256(key, "id/" token id))
 *     secretKey = base64url(HMAC-SHA256(key, "key/" token id))
 *
 * Neither tells anything about the other, nor about the token.
 */
export class TemporaryKeys {
  readonly #key: Uint8Array;

  constructor(vault: Vault) {
    this.#key = vault.derive('temporary-credentials');
  }

  of(tokenId: string): TemporaryKey {
    return {
      secretId: `AKID${this.#derive(`id/${tokenId}`).toString('hex')}`,
      secretKey: this.#derive(`key/${tokenId}`).toString('base64url'),
    };
  }

  #derive(what: string): Buffer {
    return createHmac('sha256', this.#key).update(what).digest();
  }
}

/** Whether an id is one of temporary credentials. */
export function isTemporaryKeyId(secretId: string): boolean {
  return /^AKID[0-9a-f]{64}$/.test(secretId);
}
