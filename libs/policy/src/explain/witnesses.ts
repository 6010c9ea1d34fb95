import type { CatalogueAction } from '../catalogue/types.ts';
import { meets } from '../lint/meeting.ts';
import { segmentsOf } from '../lint/segments.ts';
import { fullRegion } from '../regions.ts';
import type { Variables } from '../variables.ts';
import { narrower, patternFor, templatePattern } from './patterns.ts';

/** Where resources are looked for: the principal's own account and one region. */
export interface Place {
  readonly variables: Variables;
  readonly region: string;
}

/** Enough for the documents of people; a machine's may name more than anybody reads. */
const MOST = 40;

/**
 * Resources that stand for all that statements tell apart: for each kind that an action is about any one of it
 * (`command/*`), and each part of it that a statement's resource picks out.
 */
export function witnessResources(
  known: CatalogueAction | undefined,
  written: readonly string[],
  place: Place,
): string[] {
  const patterns = [...new Set(written)].filter((one) => one !== '*').map((one) => patternFor(one, place.variables));
  if (known?.operationLevel) return ['*'];
  const found =
    known === undefined
      ? ['*', ...patterns.map((pattern) => settle(pattern, { regional: true, own: '' }, place))]
      : known.resources.flatMap((template) => witnessesOf(template, patterns, place));
  return [...new Set(found)].slice(0, MOST);
}

function witnessesOf(template: string, patterns: readonly string[], place: Place): string[] {
  const { region, account } = segmentsOf(template);
  const whole = templatePattern(template);
  // what meets has something in common
  const parts = patterns.filter((one) => meets(one, template)).map((one) => narrower(one, whole)!);
  const own = account.startsWith('uid/') ? `uid/${place.variables.app_id}` : '';
  return [whole, ...parts].map((pattern) => settle(pattern, { regional: region !== '', own }, place));
}

/** A name out of a pattern: no segment is left to choose but an account that is the own one. */
function settle(
  pattern: string,
  { regional, own }: { regional: boolean; own: string },
  { region: here }: Place,
): string {
  const { service, region, path } = segmentsOf(pattern);
  const there = region === '' || region === '*' ? here : fullRegion(region);
  return `qcs::${service}:${regional ? there : ''}:${own}:${path}`;
}
