import type { Condition } from './condition.ts';
import { openDocument } from './document.ts';
import { type DraftStatement, type Effect, readStatements } from './draft.ts';
import type { Principals } from './principals.ts';
import { refusalOf } from './refusals.ts';

export type { Effect } from './draft.ts';

export interface Statement {
  readonly effect: Effect;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

/** A policy that says what its holders may do. */
export interface Policy {
  readonly statements: readonly Statement[];
}

/** A policy of a role that says who may assume it: each statement knows whom it speaks of. */
export interface TrustPolicy {
  readonly statements: readonly (Statement & { readonly principals: Principals })[];
}

export interface ParseOptions {
  /**
   * Most characters of the document, white space not counted. What is stored is read whatever its length; what is to be
   * saved has MAX_POLICY_CHARACTERS unless told.
   */
  readonly maxCharacters?: number;
  /** The root uin of the account that the policy is for. When given, resources may name no other. */
  readonly account?: string;
}

/** The limit of the founding documents; CAM itself has raised it to 6144 (CAM section 15, A9). */
export const MAX_POLICY_CHARACTERS = 4096;

/**
 * Reads the JSON text of a permission policy, or throws a Refusal with CAM's linter code as its reason. It speaks of the
 * first fault only; `lintPolicy` tells all of them.
 */
export function parsePolicy(text: string, options: ParseOptions = {}): Policy {
  return { statements: readSound(text, options, false).map(soundStatement) };
}

/** Reads a trust policy: `principal` stands at policy level or in each statement, and `resource` may be left out. */
export function parseTrustPolicy(text: string, options: ParseOptions = {}): TrustPolicy {
  const statements = readSound(text, options, true);
  return { statements: statements.map((draft) => ({ ...soundStatement(draft), principals: draft.principals! })) };
}

function readSound(text: string, options: ParseOptions, trust: boolean): readonly DraftStatement[] {
  const { maxCharacters = Number.POSITIVE_INFINITY, account } = options;
  const { document, faults } = openDocument(text, maxCharacters);
  const statements = document === undefined ? [] : readStatements(document, { account, trust });
  const [fault] = faults;
  if (fault !== undefined) throw refusalOf(fault);
  return statements;
}

/** The statement of a draft without faults. */
export function soundStatement({ effect, actions, resources, conditions }: DraftStatement): Statement {
  return {
    effect: effect!,
    actions: actions.map(({ value }) => value),
    resources: resources.map(({ value }) => value),
    conditions: conditions.map(({ value }) => value),
  };
}
