import { coversResource } from '../lint/covers.ts';
import { segmentsOf } from '../lint/segments.ts';
import { fullRegion } from '../regions.ts';
import { compileTemplate, fillIn, type Variables } from '../variables.ts';
import { compileWildcard, matchWildcard } from '../wildcard.ts';

/** A statement's resource as it stands for one principal: variables filled in, the own account left empty. */
export function patternFor(text: string, variables: Variables): string {
  const filled = fillIn(compileTemplate(text), variables);
  return filled.replace(`:uin/${variables.owner_uin}:`, '::');
}

/** Everything that a template of the catalogue stands for: `qcs::tat:$region:$account:command/$id` is `qcs::tat:::command/*`. */
export function templatePattern(template: string): string {
  const { service, path } = segmentsOf(template);
  return `qcs::${service}:::${path.replaceAll(/\$\w+/g, '*')}`;
}

/** What both patterns cover, as the narrower of them says it; undefined when they have nothing in common. */
export function narrower(a: string, b: string): string | undefined {
  if (coversResource(a, b)) return b;
  if (coversResource(b, a)) return a;
  const [one, other] = [segmentsOf(a), segmentsOf(b)];
  const service = narrowerSegment(one.service, other.service);
  const region = narrowerSegment(fullRegion(one.region), fullRegion(other.region));
  const account = narrowerSegment(one.account, other.account);
  const path = narrowerSegment(one.path, other.path) ?? (mayMeet(one.path, other.path) ? one.path : undefined);
  if (service === undefined || region === undefined || account === undefined || path === undefined) return undefined;
  return `qcs::${service}:${region}:${account}:${path}`;
}

/** Of two segments the one that the other, empty or with stars, covers. */
function narrowerSegment(a: string, b: string): string | undefined {
  if (a === '' || fits(a, b)) return b;
  return b === '' || fits(b, a) ? a : undefined;
}

function fits(pattern: string, text: string): boolean {
  return matchWildcard(compileWildcard(pattern), text);
}

/** Whether two patterns may have something in common although neither covers the other, as `a*` and `*b` do. */
function mayMeet(a: string, b: string): boolean {
  if (!a.includes('*') || !b.includes('*')) return false;
  const head = (text: string) => text.slice(0, text.indexOf('*'));
  const tail = (text: string) => text.slice(text.lastIndexOf('*') + 1);
  const either = (x: string, y: string, begins: (long: string, short: string) => boolean) =>
    begins(x, y) || begins(y, x);
  return (
    either(head(a), head(b), (long, short) => long.startsWith(short)) &&
    either(tail(a), tail(b), (long, short) => long.endsWith(short))
  );
}
