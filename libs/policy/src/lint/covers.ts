import { namesOfAction } from '../actions.ts';
import type { Condition } from '../condition.ts';
import type { Statement } from '../parse.ts';
import { fullRegion } from '../regions.ts';
import { compileWildcard, matchWildcard } from '../wildcard.ts';
import { type Segments, segmentsOf } from './segments.ts';

/**
 * Whether everything that the narrow statement speaks of, the broad one speaks of too, whatever their effects. Says yes
 * only where that is certain: each action and resource must be covered by a single one, each condition be written alike.
 */
export function coversStatement(broad: Statement, narrow: Statement): boolean {
  return (
    narrow.actions.every((action) => broad.actions.some((one) => coversAction(one, action))) &&
    narrow.resources.every((resource) => broad.resources.some((one) => coversResource(one, resource))) &&
    broad.conditions.every((condition) => narrow.conditions.some((one) => sameCondition(one, condition)))
  );
}

/** A star in the narrow pattern is like any letter: only a star of the broad one takes it in. */
function coversText(broad: string, narrow: string): boolean {
  return matchWildcard(compileWildcard(broad), narrow);
}

function coversAction(broad: string, narrow: string): boolean {
  return broad === '*:*' || namesOfAction(narrow).some((name) => coversText(broad, name));
}

export function coversResource(broad: string, narrow: string): boolean {
  if (broad === '*' || narrow === '*') return broad === '*';
  const outer = segmentsOf(broad);
  const inner = segmentsOf(narrow);
  return (
    coversText(outer.service || '*', inner.service || '*') &&
    coversText(fullRegion(outer.region) || '*', fullRegion(inner.region) || '*') &&
    coversAccount(outer, inner) &&
    coversPath(outer.path, inner.path)
  );
}

/** An empty account is the own one, and beyond it only roles may be assumed: for the rest that is every account there is. */
function coversAccount(outer: Segments, inner: Segments): boolean {
  if (outer.account === '*' || outer.account === inner.account) return true;
  return outer.account === '' && !coversText(inner.service || '*', 'cam');
}

/** By the directory rule `P/*` takes in the bare `P` too, on either side. */
function coversPath(broad: string, narrow: string): boolean {
  const whole = coversText(broad, narrow) || (broad.endsWith('/*') && coversText(broad.slice(0, -2), narrow));
  return whole && (!narrow.endsWith('/*') || coversPath(broad, narrow.slice(0, -2)));
}

export function sameCondition(a: Condition, b: Condition): boolean {
  const text = (condition: Condition) => JSON.stringify({ ...condition, values: condition.values.toSorted() });
  return text(a) === text(b);
}
