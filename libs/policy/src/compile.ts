import { type ActionSet, compileActions, coversAction, namesOfAction } from './actions.ts';
import { BoundedMemo } from './bounded-memo.ts';
import { type CompiledCondition, compileCondition } from './compiled-condition.ts';
import type { Policy, Statement } from './parse.ts';
import { compileResource, type ResourcePattern } from './resource.ts';

/** A statement with everything parsed that deciding needs; `index` is its place in the document, from 0. */
export interface CompiledStatement {
  readonly index: number;
  readonly actions: ActionSet;
  readonly resources: readonly ResourcePattern[];
  readonly conditions: readonly CompiledCondition[];
}

/** Statements by effect. */
export interface Statements {
  readonly deny: readonly CompiledStatement[];
  readonly allow: readonly CompiledStatement[];
}

/**
 * A policy ready to decide. What it says never changes, so it may be kept for as long as its id and version mean the
 * same text, and shared between principals.
 */
export interface CompiledPolicy extends Statements {
  /** The statements that speak of an action. */
  about(action: string): Statements;
}

/**
 * Stands for a stored policy that could not be read. It denies everything to whomever it is attached to: skipping it
 * would drop the denies it may have held.
 */
export const UNREADABLE_POLICY = 'unreadable';

/** Actions whose statements a policy remembers: more than all services of the catalogue have together. */
const REMEMBERED_ACTIONS = 512;

const NONE: Statements = { deny: [], allow: [] };

export function compilePolicy({ statements }: Policy): CompiledPolicy {
  const compiled = statements.map(compileStatement);
  const all: Statements = {
    deny: compiled.filter((_, i) => statements[i]!.effect === 'deny'),
    allow: compiled.filter((_, i) => statements[i]!.effect === 'allow'),
  };
  const known = new BoundedMemo((action) => statementsAbout(action, all), REMEMBERED_ACTIONS);
  return { ...all, about: (action) => known.get(action) };
}

function compileStatement(statement: Statement, index: number): CompiledStatement {
  return {
    index,
    actions: compileActions(statement.actions, statement.effect),
    resources: statement.resources.map(compileResource),
    conditions: statement.conditions.map(compileCondition),
  };
}

function statementsAbout(action: string, { deny, allow }: Statements): Statements {
  const names = namesOfAction(action);
  const about: Statements = {
    deny: deny.filter(({ actions }) => coversAction(actions, names)),
    allow: allow.filter(({ actions }) => coversAction(actions, names)),
  };
  return about.deny.length + about.allow.length === 0 ? NONE : about;
}
