import { parsePolicy } from '@muster/policy';

/** What documents of an account are held against. */
export interface DocumentRules {
  readonly accountUin: string;
  /** White space not counted. */
  readonly policyCharacters: number;
}

/** A policy's JSON text, once it is known to be one that can be decided by. It is kept as it was given. */
export function checkDocument(text: string, { accountUin, policyCharacters }: DocumentRules): string {
  parsePolicy(text, { maxCharacters: policyCharacters, account: accountUin });
  return text;
}
