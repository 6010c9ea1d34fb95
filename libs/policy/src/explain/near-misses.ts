import type { CompiledCondition } from '../compiled-condition.ts';
import { pathWildcard, type ResourcePattern } from '../resource.ts';
import { compileTemplate, fillIn, type Variables } from '../variables.ts';
import { matchWildcard } from '../wildcard.ts';
import type { Question, Trial } from './trial.ts';
import { operatorText } from './wording.ts';

/** What kept a statement from speaking. */
export type MissReason = 'action' | 'resource' | 'condition';

/** A statement that almost spoke: all but one of action, resource and condition fit. One for each failed condition. */
export interface NearMiss {
  readonly trial: Trial;
  readonly reason: MissReason;
  /** For a condition. */
  readonly condition?: CompiledCondition;
  /** For a condition: its operator as written. */
  readonly operator?: string;
  /** For a condition: its key. */
  readonly key?: string;
  /** Variables filled in; of actions and resources the nearest ten. */
  readonly wanted: readonly string[];
  /** None when the key was missing. */
  readonly given: readonly string[];
}

const MOST_WANTED = 10;

/** The likeliest first. */
export function nearMisses(trials: readonly Trial[], resource: string, question: Question): NearMiss[] {
  return trials
    .flatMap((trial) => {
      const misses = missesOf(trial, resource, question);
      if (misses.length === 0) return [];
      const distance = distanceOf(misses, question);
      return misses.map((miss) => ({ miss, distance }));
    })
    .sort((a, b) => a.distance - b.distance)
    .map(({ miss }) => miss);
}

function missesOf(trial: Trial, resource: string, question: Question): NearMiss[] {
  const { action, resource: covered, failed, written } = trial;
  const { variables, keys } = question;
  const wrong = Number(!action) + Number(!covered) + Number(failed.length > 0);
  if (wrong !== 1) return [];
  if (!action) {
    const wanted = nearest(written.actions, (one) => actionDistance(one, question.action));
    return [{ trial, reason: 'action', wanted, given: [question.action] }];
  }
  if (!covered) {
    const wanted = nearest(targetsOf(trial), (target) => resourceDistance(target, question));
    return [{ trial, reason: 'resource', wanted: wanted.map(({ text }) => fill(text, variables)), given: [resource] }];
  }
  return failed.map((condition): NearMiss => {
    const { written: one, key } = condition;
    const wanted = one.values.map((value) => fill(value, variables));
    const given = keys.get(key).texts;
    return { trial, reason: 'condition', condition, operator: operatorText(one), key: one.key, wanted, given };
  });
}

function fill(text: string, variables: Variables): string {
  return fillIn(compileTemplate(text), variables);
}

function nearest<T>(all: readonly T[], distance: (one: T) => number): T[] {
  return all.toSorted((a, b) => distance(a) - distance(b)).slice(0, MOST_WANTED);
}

/**
 * How far a statement is from speaking, for the order. A condition is nearest: the statement was written for this action
 * on this resource. A misspelt action is nearer still, another resource of the same kind is worth two failed conditions.
 */
function distanceOf(misses: readonly NearMiss[], question: Question): number {
  const { reason, trial } = misses[0]!;
  if (reason === 'condition') return 10 * misses.length;
  if (reason === 'action') return Math.min(...trial.written.actions.map((one) => actionDistance(one, question.action)));
  return 15 + 5 * Math.min(...targetsOf(trial).map((target) => resourceDistance(target, question)));
}

const MISSPELT = 5;
const OTHER_ACTION = 60;

function actionDistance(written: string, asked: string): number {
  if (written.toLowerCase() === asked.toLowerCase()) return MISSPELT;
  return OTHER_ACTION - Math.min(commonStart(written, asked), OTHER_ACTION - MISSPELT - 1);
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** A resource of a statement: as written, and compiled. */
interface Target {
  readonly text: string;
  readonly pattern: ResourcePattern;
}

function targetsOf({ written, statement }: Trial): Target[] {
  return written.resources.map((text, i) => ({ text, pattern: statement.resources[i]! }));
}

/** Counts what differs; another product is further away than another place, another kind of thing than another id. */
function resourceDistance({ text, pattern }: Target, { name, variables }: Question): number {
  if (pattern === '*' || name === '*') return 1;
  const { service, region, account, path } = pattern;
  let distance = 0;
  if (service !== undefined && !matchWildcard(service, name.service)) distance += 4;
  if (region !== undefined && region !== name.region) distance += 1;
  if (account !== undefined && account !== name.account) distance += 1;
  if (!matchWildcard(pathWildcard(path, variables), name.path)) distance += kindOf(text) === kindOf(name.path) ? 1 : 3;
  return distance;
}

/** `command` of a path or of a whole resource. */
function kindOf(text: string): string {
  const path = text.slice(text.lastIndexOf(':') + 1);
  return path.slice(0, path.indexOf('/') + 1);
}
