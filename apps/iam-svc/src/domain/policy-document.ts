import { acceptPolicy, type Finding } from '@muster/policy';

/** What documents of an account are held against. */
export interface DocumentRules {
  readonly accountUin: string;
  /** The most of them, white space not counted. */
  readonly policyCharacters: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A policy's JSON text, kept as it was given, and what the linter warns of. */
export interface CheckedDocument {
  readonly document: string;
  readonly warnings: readonly Finding[];
}

/** Passes a document that can be decided by; throws a Refusal with CAM's linter code (section 14.1) for the first fault. */
export function checkDocument(document: string, { accountUin, policyCharacters, now }: DocumentRules): CheckedDocument {
  const { warnings } = acceptPolicy(document, { account: accountUin, maxCharacters: policyCharacters, now });
  return { document, warnings };
}
