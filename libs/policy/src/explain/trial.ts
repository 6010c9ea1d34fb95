import { coversAction, namesOfAction } from '../actions.ts';
import { type CompiledStatement, UNREADABLE_POLICY } from '../compile.ts';
import type { CompiledCondition } from '../compiled-condition.ts';
import type { KeyLookup } from '../condition-keys.ts';
import type { Effect, Statement } from '../parse.ts';
import { coversResource, type ResourceName } from '../resource.ts';
import type { Variables } from '../variables.ts';
import type { ExplainedPolicy } from './explained-principal.ts';

/** One action on one resource, in the form that statements are compared with. */
export interface Question {
  readonly action: string;
  readonly name: ResourceName | '*';
  readonly keys: KeyLookup;
  readonly variables: Variables;
}

/** How a statement and a question fit, part by part. A decision stops at the first part that does not; this does not. */
export interface Trial {
  readonly policy: ExplainedPolicy;
  readonly statement: CompiledStatement;
  readonly written: Statement;
  readonly action: boolean;
  readonly resource: boolean;
  /** The conditions that do not hold. */
  readonly failed: readonly CompiledCondition[];
}

export function fits({ action, resource, failed }: Trial): boolean {
  return action && resource && failed.length === 0;
}

/** Tries every statement that speaks of the action's service; the others are far from any question about it. */
export function tryPolicies(policies: readonly ExplainedPolicy[], question: Question): Trial[] {
  const names = namesOfAction(question.action);
  return policies.flatMap((policy) => {
    const { compiled, written } = policy;
    if (compiled === UNREADABLE_POLICY || written === undefined) return [];
    return [...compiled.deny, ...compiled.allow].flatMap((statement) => {
      const text = written.statements[statement.index]!;
      const action = coversAction(statement.actions, names);
      return action || text.actions.some((one) => sameService(one, question.action))
        ? [{ policy, statement, written: text, action, ...tryRest(statement, text.effect, question) }]
        : [];
    });
  });
}

function tryRest(
  { resources, conditions }: CompiledStatement,
  effect: Effect,
  { name, keys, variables }: Question,
): Pick<Trial, 'resource' | 'failed'> {
  return {
    resource: resources.some((pattern) => coversResource(pattern, name, variables)),
    failed: conditions.filter(({ key, met }) => !met(keys.get(key), variables, effect)),
  };
}

function sameService(written: string, asked: string): boolean {
  const service = written.slice(0, written.indexOf(':'));
  return service === '*' || service === asked.slice(0, asked.indexOf(':'));
}
