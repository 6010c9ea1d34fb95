import { type ActionSet, compileActions } from './actions.ts';
import { type CompiledCondition, compileCondition } from './compiled-condition.ts';
import type { Effect, Policy, Statement } from './parse.ts';
import { compileResource, type ResourcePattern } from './resource.ts';

/** A statement with everything parsed that deciding needs; `index` is its place in the document, from 0. */
export interface CompiledStatement {
  readonly index: number;
  readonly actions: ActionSet;
  readonly resources: readonly ResourcePattern[];
  readonly conditions: readonly CompiledCondition[];
}

/**
 * A policy ready to decide. It never changes, so it may be kept for as long as its id and version mean the same text,
 * and shared between principals.
 */
export interface CompiledPolicy {
  readonly deny: readonly CompiledStatement[];
  readonly allow: readonly CompiledStatement[];
}

/**
 * Stands for a stored policy that could not be read. It denies everything to whomever it is attached to: skipping it
 * would drop the denies it may have held.
 */
export const UNREADABLE_POLICY = 'unreadable';

export function compilePolicy({ statements }: Policy): CompiledPolicy {
  const compiled = statements.map(compileStatement);
  const having = (effect: Effect) => compiled.filter((_, i) => statements[i]!.effect === effect);
  return { deny: having('deny'), allow: having('allow') };
}

function compileStatement(statement: Statement, index: number): CompiledStatement {
  return {
    index,
    actions: compileActions(statement.actions, statement.effect),
    resources: statement.resources.map(compileResource),
    conditions: statement.conditions.map(compileCondition),
  };
}
