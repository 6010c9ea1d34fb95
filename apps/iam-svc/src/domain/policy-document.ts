import { parsePolicy } from '@muster/policy';

/** Fewer than CAM takes today (6144): the limit of the founding documents. */
const MAX_CHARACTERS = 4_096;

/** A policy's JSON text, once it is known to be one that can be decided by. It is kept as it was given. */
export function checkDocument(text: string, accountUin: string): string {
  parsePolicy(text, { maxCharacters: MAX_CHARACTERS, account: accountUin });
  return text;
}
