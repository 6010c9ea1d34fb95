import { compilePolicy, UNREADABLE_POLICY } from '../compile.ts';
import { itemsOf, openDocument } from '../document.ts';
import type { Policy } from '../parse.ts';
import type { AttachedPolicy } from '../policy-index.ts';
import type { Principal } from '../principal.ts';

/** An attached policy whose text is at hand, so that decisions can be put into words. */
export interface ExplainedPolicy extends AttachedPolicy {
  readonly policyName: string;
  /**
   * How the principal comes to it: `user`, `group <name>`, `role`, `boundary`, `session`, `draft` (what would be saved), or
   * `document` (what is tried alone).
   */
  readonly via: string;
  /** What was compiled; undefined for a policy that cannot be read. */
  readonly written: Policy | undefined;
  /** The line, from 1, that a statement of it begins on. */
  lineOf(index: number): number;
}

/** What explaining needs of a document; of one that could not be read (undefined) as well. */
export function explainable(
  written: Policy | undefined,
  document: string,
): Pick<ExplainedPolicy, 'compiled' | 'written' | 'lineOf'> {
  let lines: number[] | undefined;
  return {
    written,
    compiled: written === undefined ? UNREADABLE_POLICY : compilePolicy(written),
    lineOf(index) {
      lines ??= statementLines(document);
      return lines[index] ?? 1;
    },
  };
}

function statementLines(document: string): number[] {
  const opened = openDocument(document, Number.POSITIVE_INFINITY).document;
  return itemsOf(opened?.value.statement, ['statement']).map(({ path }) => opened!.place(path).line);
}

/** A principal of which every policy can be explained. Policy ids are distinct. */
export interface ExplainedPrincipal extends Principal {
  readonly policies: readonly ExplainedPolicy[];
  readonly boundary?: ExplainedPolicy;
  readonly sessionPolicies?: readonly ExplainedPolicy[];
}

/** Policies of which one has to allow: those that grant, the boundary, a session policy. */
export interface Layer {
  readonly kind: 'grants' | 'boundary' | 'session';
  readonly policies: readonly ExplainedPolicy[];
}

/** What has to allow, one layer after the other. Root needs no grants. */
export function layersOf({ isRoot, policies, boundary, sessionPolicies = [] }: ExplainedPrincipal): Layer[] {
  return [
    ...(isRoot ? [] : [{ kind: 'grants' as const, policies }]),
    ...(boundary ? [{ kind: 'boundary' as const, policies: [boundary] }] : []),
    ...sessionPolicies.map((policy) => ({ kind: 'session' as const, policies: [policy] })),
  ];
}
