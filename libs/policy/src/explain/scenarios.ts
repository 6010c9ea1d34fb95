import type { CompiledStatement } from '../compile.ts';
import type { CompiledCondition } from '../compiled-condition.ts';
import type { ContextValue, Tags } from '../condition-keys.ts';
import { Given } from '../given.ts';
import { readDate, readNumber } from '../values.ts';
import { compileTemplate, fillIn, type Variables } from '../variables.ts';
import { fact } from './wording.ts';

/** Circumstances of a request, by what a condition may ask about. */
export interface Scenario {
  readonly context: Readonly<Record<string, ContextValue>>;
  readonly requestTags: Tags;
  readonly tags: Tags;
  /** What is special about it: `the call came from 10.0.0.1`. */
  readonly facts: readonly string[];
}

const MOST = 16;

/**
 * Circumstances that tell conditions apart: those given, and for each statement such as meet its conditions and such as
 * do not, as far as what is given leaves that open.
 */
export function scenarios(given: Scenario, statements: readonly CompiledStatement[], variables: Variables): Scenario[] {
  const found = new Map([[keyOf(given), given]]);
  for (const { conditions } of statements) {
    for (const met of [true, false]) {
      const scenario = circumstances(given, conditions, { met, variables });
      if (found.size < MOST) found.set(keyOf(scenario), found.get(keyOf(scenario)) ?? scenario);
    }
  }
  return [...found.values()];
}

function keyOf({ context, requestTags, tags }: Scenario): string {
  return JSON.stringify([context, requestTags, tags]);
}

function circumstances(
  given: Scenario,
  conditions: readonly CompiledCondition[],
  { met, variables }: { met: boolean; variables: Variables },
): Scenario {
  let scenario = given;
  for (const [key, asking] of Map.groupBy(conditions, (condition) => condition.key.name)) {
    const holds = (value: string) =>
      asking.every((condition) => condition.met(new Given([value]), variables, 'allow')) === met;
    const value = asking.flatMap((condition) => candidates(condition, variables)).find(holds);
    if (value !== undefined) scenario = withValue(scenario, asking[0]!, key, value);
  }
  return scenario;
}

/** Values of which most likely one meets the condition and one does not. */
function candidates({ written: { operator, values, key } }: CompiledCondition, variables: Variables): string[] {
  const filled = values.map((value) => fillIn(compileTemplate(value), variables));
  switch (operator.slice(0, operator.indexOf('_'))) {
    case 'numeric':
      return filled.flatMap((value) => [0, -1, 1].map((step) => String(readNumber(value)! + step)));
    case 'date':
      return filled.flatMap((value) =>
        [0, -1_000, 1_000].map((step) => new Date(readDate(value)! + step).toISOString()),
      );
    case 'ip':
      return [...filled.map((value) => value.split('/')[0]!), '203.0.113.9', '2001:db8::9'];
    case 'bool':
      return ['true', 'false'];
    default:
      return [...filled.map((value) => value.replaceAll('*', '')), /_tag$/.test(key) ? 'other&other' : 'other'];
  }
}

/** What the question itself says stays as it is. */
function withValue(scenario: Scenario, { key }: CompiledCondition, name: string, value: string): Scenario {
  const facts = [...scenario.facts, fact(name, [value])];
  const tagged = (tags: Tags): Tags => {
    const [tag, ...rest] = key.tag === undefined ? value.split('&') : [key.tag, value];
    return Object.hasOwn(tags, tag!) ? tags : { ...tags, [tag!]: rest.join('&') };
  };
  switch (key.source) {
    case 'resource_tags':
      return { ...scenario, tags: tagged(scenario.tags), facts };
    case 'request_tags':
      return { ...scenario, requestTags: tagged(scenario.requestTags), facts };
    case 'values':
      return Object.hasOwn(scenario.context, name)
        ? scenario
        : { ...scenario, context: { ...scenario.context, [name]: value }, facts };
    default:
      return scenario;
  }
}
