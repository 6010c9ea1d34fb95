import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { chainBytes } from '@muster/kernel';

/** The columns of a record that its hash covers, in this order, as bytes of their text. All of them: only the hash itself is left out. */
export type HashedColumns = readonly [
  accountUin: Uint8Array,
  sequence: Uint8Array,
  time: Uint8Array,
  uin: Uint8Array,
  action: Uint8Array,
  outcome: Uint8Array,
  resources: Uint8Array,
  detail: Uint8Array,
];

/** What the first record of a chain follows. */
export const NOTHING_BEFORE = new Uint8Array(0);

/** What a record follows that was made when the end of its chain was found changed. It is no hash, so the place never fits again. */
export const BROKEN_LINK = Buffer.from('the end of the chain was tampered with');

/** SHA-256 over the hash before and every column. */
export function recordHash(previous: Uint8Array, columns: HashedColumns): Uint8Array {
  return hash('sha256', chainBytes(previous, columns), 'buffer');
}

/** The newest record of a chain. */
export interface ChainHead {
  readonly accountUin: string;
  readonly sequence: number;
  readonly hash: Uint8Array;
}

/**
 * Seals the ends of chains with a key that is not in the store. Whoever can write to the file can make a chain whose hashes fit, but
 * not its seal.
 */
export class Seals {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  seal({ accountUin, sequence, hash: newest }: ChainHead): Uint8Array {
    return createHmac('sha256', this.#key).update(`${accountUin}\n${sequence}\n`).update(newest).digest();
  }

  fits(head: ChainHead, seal: Uint8Array): boolean {
    const right = this.seal(head);
    return seal.length === right.length && timingSafeEqual(seal, right);
  }
}
