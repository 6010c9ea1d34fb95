import { timingSafeEqual } from 'node:crypto';
import { randomText } from '@muster/kernel';

/** A new access key. The secret is shown once and stored sealed. */
export function newAccessKey(): { secretId: string; secretKey: string } {
  return { secretId: `AKID${randomText(32)}`, secretKey: randomText(40) };
}

/** Compares two signatures in constant time. */
export function sameSignature(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
