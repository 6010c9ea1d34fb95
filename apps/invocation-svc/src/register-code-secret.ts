import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new value: 64 hexadecimal characters. */
export function newRegisterCodeValue(): string {
  return randomBytes(32).toString('hex');
}

/** What is stored of a value. 256 random bits need no slow hash. */
export function hashRegisterCodeValue(value: string): Uint8Array {
  return createHash('sha256').update(value).digest();
}

/** Whether this is the value of the hash, in a time that tells nothing; nothing matches a code that does not exist. */
export function isRegisterCodeValue(value: string, hash: Uint8Array = new Uint8Array(32)): boolean {
  return timingSafeEqual(hashRegisterCodeValue(value), hash);
}
