import { invalid, Refusal } from '@muster/kernel';
import { findAction } from '@muster/policy';
import { checkSecretId, TOLERANCE_SECONDS } from './exchange.ts';

/** What a request says about its signature, as far as that can be judged without a key. */
export interface SignedRequest {
  readonly secretId: string;
  /** Seconds since 1970. */
  readonly seconds: number;
  /** Of the credential scope, `YYYY-MM-DD`; undefined where the method has none. */
  readonly date: string | undefined;
  readonly stringsToSign: readonly string[];
  readonly actionSigned: boolean;
}

const MOST_TEXTS = 4;

/**
 * Checks what needs no key, in the order of the cloud's own checks. `now` is epoch milliseconds; `strict` demands that the signature
 * covers the action.
 */
export function checkSignedRequest(
  { secretId, seconds, date, stringsToSign, actionSigned }: SignedRequest,
  { now, strict }: { now: number; strict: boolean },
): void {
  if (stringsToSign.length < 1 || stringsToSign.length > MOST_TEXTS) {
    throw invalid('InvalidParameter', 'StringsToSign', `must be 1 to ${MOST_TEXTS}, were ${stringsToSign.length}`);
  }
  const off = Math.abs(Math.floor(now / 1_000) - seconds);
  if (off > TOLERANCE_SECONDS) {
    throw new Refusal(
      'unauthenticated',
      'AuthFailure.SignatureExpire',
      `Timestamp must be within ${TOLERANCE_SECONDS} s of the service's clock, was ${off} s off`,
    );
  }
  const utcDate = new Date(seconds * 1_000).toISOString().slice(0, 10);
  if (date !== undefined && date !== utcDate) {
    throw badSignature(
      `the date of the credential scope must be that of Timestamp in UTC, ${utcDate}, was \`${date}\``,
    );
  }
  if (strict && !actionSigned) {
    throw badSignature(
      'this installation asks for `x-tc-action` among the SignedHeaders, or for a signature of version 1',
    );
  }
  checkSecretId(secretId);
}

/** When nobody can use a signature any more, epoch milliseconds: its time is too far off. */
export function signatureEnds(seconds: number): number {
  return (seconds + TOLERANCE_SECONDS + 1) * 1_000;
}

const READING = 'a request that reads';

/** What a signature is spent on: requests that only read share one, everything else has one for itself. */
export function purposeOf({ action, repeatable }: { action: string; repeatable: boolean }): string {
  const access = findAction(action)?.access;
  return repeatable && (access === 'read' || access === 'list') ? READING : `\`${action}\``;
}

/** A signature that was used. */
export interface SpentSignature {
  /** Never empty. */
  readonly purposes: readonly string[];
  /** From where, and when (epoch milliseconds) it was used first. */
  readonly peerAddress: string;
  readonly since: number;
}

/** Longer than a second and the way of a request on a bad day. */
const MOMENT_MS = 5_000;

/**
 * Whether a signature that was used may serve once more. Clients sign neither the action nor anything that comes once, so those who switch
 * a thing off and delete it in the same second sign both alike. That is told from a signature in wrong hands by where it comes from, and when: for
 * another purpose it is good in the same moment, at the address that used it first.
 */
export function mayServeAgain(
  { purposes, peerAddress, since }: SpentSignature,
  use: { purpose: string; repeatable: boolean; peerAddress: string; now: number },
): boolean {
  if (purposes.includes(use.purpose)) return use.repeatable;
  return use.peerAddress === peerAddress && use.now - since < MOMENT_MS;
}

/** Refusal: AuthFailure.SignatureFailure. */
export function badSignature(message: string): Refusal {
  return new Refusal('unauthenticated', 'AuthFailure.SignatureFailure', message);
}

export function usedBefore(purpose: string): Refusal {
  const advice = 'sign again with a new Timestamp, a second later, or give a new ClientToken where there is one';
  return badSignature(`this signature was used before, for ${purpose}; ${advice}`);
}
