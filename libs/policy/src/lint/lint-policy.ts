import { countCharacters, openDocument } from '../document.ts';
import { type DraftStatement, readStatements } from '../draft.ts';
import { MAX_POLICY_CHARACTERS, type ParseOptions, type Policy, soundStatement } from '../parse.ts';
import { pathText } from '../positions.ts';
import { type Fault, refusalOf } from '../refusals.ts';
import { checkActions } from './check-actions.ts';
import { checkConditions } from './check-conditions.ts';
import { checkMeeting } from './check-meeting.ts';
import { checkOverlap } from './check-overlap.ts';
import { checkResources } from './check-resources.ts';
import { checkTrust } from './check-trust.ts';
import type { Finding, Warn } from './finding.ts';

export interface LintOptions extends ParseOptions {
  /** Milliseconds since 1970; without it no window of time is called over. */
  readonly now?: number;
  /** Whether it is the trust policy of a role. */
  readonly trust?: boolean;
}

export interface LintResult {
  /** The policy, if there is no error. */
  readonly policy?: Policy;
  /** In the order of the document; what concerns it as a whole comes first. */
  readonly findings: readonly Finding[];
}

/** A document that may be saved. */
export interface Accepted {
  readonly policy: Policy;
  readonly warnings: readonly Finding[];
}

/** A document longer than this part of the limit is near it. */
const NEAR = 0.9;

/**
 * Says everything that is wrong with a policy document (errors, with CAM's codes) and everything in it that likely does
 * not do what it was written for (warnings). Never throws. Unlike `parsePolicy` it also asks whether actions exist:
 * stored policies stay readable when the catalogue changes.
 */
export function lintPolicy(text: string, options: LintOptions = {}): LintResult {
  const { faults, statements, warnings } = inspect(text, options);
  const findings = [...faults.map(asError), ...warnings].toSorted((a, b) => a.line - b.line || a.column - b.column);
  return faults.length > 0 ? { findings } : { policy: policyOf(statements), findings };
}

/**
 * Reads a document that is to be saved: the policy and what the linter warns of, or a thrown Refusal for the first error,
 * which names its line and column.
 */
export function acceptPolicy(text: string, options: LintOptions = {}): Accepted {
  const { faults, statements, warnings } = inspect(text, options);
  const [fault] = faults;
  if (fault !== undefined) throw refusalOf(fault);
  return { policy: policyOf(statements), warnings };
}

function inspect(text: string, options: LintOptions) {
  const { maxCharacters = MAX_POLICY_CHARACTERS, account, now, trust = false } = options;
  const { document, faults } = openDocument(text, maxCharacters);
  const warnings = sizeWarnings(text, maxCharacters);
  if (document === undefined) return { faults, statements: [], warnings };

  const statements = readStatements(document, { account, trust });
  const warn: Warn = (code, path, what, part) => {
    const where = pathText(path);
    warnings.push({
      severity: 'warning',
      code,
      message: `${where} ${what}`,
      path: where,
      ...document.place(path, part),
    });
  };
  for (const statement of statements) {
    checkActions(statement, document.report, warn);
    checkConditions(statement, now, warn);
    checkResources(statement, warn);
  }
  checkOverlap(statements, warn);
  if (trust) for (const statement of statements) checkTrust(statement, warn);
  else checkMeeting(statements, warn);
  return { faults, statements, warnings };
}

function policyOf(statements: readonly DraftStatement[]): Policy {
  return { statements: statements.map(soundStatement) };
}

function asError({ code, path, what, position }: Fault): Finding {
  const { line, column } = position ?? { line: 0, column: 0 };
  return {
    severity: 'error',
    code: `InvalidParameter.${code}`,
    message: `${path || 'PolicyDocument'} ${what}`,
    path,
    line,
    column,
  };
}

function sizeWarnings(text: string, maxCharacters: number): Finding[] {
  const length = countCharacters(text, maxCharacters);
  if (length <= maxCharacters * NEAR || length > maxCharacters) return [];
  const message = `PolicyDocument has ${length} of at most ${maxCharacters} characters (white space not counted)`;
  return [{ severity: 'warning', code: 'NearSizeLimit', message, path: '', line: 0, column: 0 }];
}
