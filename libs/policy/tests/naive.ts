import { like } from './like.ts';
import { type Many, type Question, type Rule, TYPES, type Value } from './naive-types.ts';

export type { Question, Rule } from './naive-types.ts';

const list = <T>(x: Many<T>) => (Array.isArray(x) ? x : [x]) as readonly T[];
const FULL: Record<string, string> = { gz: 'ap-guangzhou', bj: 'ap-beijing' };
const AGENTS = ['tat:DescribeAutomationAgentStatus', 'tat:DescribeAutomationAgents'];

/** CAM sections 3 to 8 as plainly as possible, on valid documents themselves: what the engine must always agree with. */
export function naive(q: Question): 'allowed' | 'explicit_deny' | 'implicit_deny' {
  const segments = q.resource.split(':');
  segments[4] ||= `uin/${q.caller.rootUin}`;
  if (q.resource !== '*' && !isOwn(segments[4], q) && !q.anyAccount) return 'implicit_deny';
  const hit = (rules: Rule[], effect: string) =>
    rules.some((r) => r.effect === effect && names(r, q) && covers(r, q, segments) && holds(r, q));
  const isRoot = q.caller.uin === q.caller.rootUin;
  const rules = isRoot ? [] : q.rules;
  if (hit([...rules, ...q.limits.flat()], 'deny')) return 'explicit_deny';
  return (isRoot || hit(rules, 'allow')) && q.limits.every((l) => hit(l, 'allow')) ? 'allowed' : 'implicit_deny';
}

const isOwn = (account: string, { caller }: Question) =>
  account === `uin/${caller.rootUin}` || account === `uid/${caller.appId}`;

function names(rule: Rule, { action }: Question): boolean {
  const asked = AGENTS.includes(action) ? AGENTS : [action];
  const written = list(rule.action).map((name) => name.replace('name/', ''));
  if (rule.effect === 'deny' && written.includes('tat:InvokeCommands')) written.push('tat:InvokeCommand');
  return written.some((pattern) => asked.some((name) => like(pattern, name)));
}

const fill = (text: string, { caller }: Question) =>
  text
    .replaceAll(`\${uin}`, caller.uin)
    .replaceAll(`\${owner_uin}`, caller.rootUin)
    .replaceAll(`\${app_id}`, caller.appId);

function covers(rule: Rule, q: Question, [, , service, region, account, ...path]: string[]): boolean {
  return list(rule.resource).some((pattern) => {
    if (pattern === '*' || q.resource === '*') return pattern === '*';
    const [, , s, r, a, ...rest] = pattern.split(':') as [string, string, string, string, string, ...string[]];
    const fits = (p: string) => like(fill(p, q), path.join(':'));
    const place = rest.join(':');
    if (!like(s || '*', service!) || !like(FULL[r] ?? (r || '*'), FULL[region!] ?? region!)) return false;
    if (a === '' ? !isOwn(account!, q) : !like(a, account!)) return false;
    return fits(place) || (place.endsWith('/*') && fits(place.slice(0, -2)));
  });
}

const holds = (rule: Rule, q: Question) =>
  Object.entries(rule.condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => keyHolds(rule.effect, operator, valuesOf(key, q), list(values), q)),
  );

const plainKey = (key: string) =>
  key.replace(/^[^/]*/, (name) => name.toLowerCase().replace(/^qcs:tag$/, 'qcs:resource_tag'));

function valuesOf(key: string, q: Question): string[] {
  const [, name, tag] = /^([^/]*)(?:\/(.*))?$/.exec(plainKey(key))!;
  if (name === 'qcs:uin') return [q.caller.uin];
  if (name === 'qcs:owner_uin') return [q.caller.rootUin];
  if (name === 'qcs:resource_tag' || name === 'qcs:request_tag') {
    const tags = Object.entries(name === 'qcs:resource_tag' ? q.tags : q.requestTags);
    return tags.flatMap(([k, v]) => (tag === undefined ? [`${k}&${v}`] : tag === k ? [v] : []));
  }
  const of = (values: Record<string, Many<Value>> = {}) =>
    Object.entries(values).flatMap(([k, v]) => (plainKey(k) === plainKey(key) ? list(v).map(String) : []));
  return of(q.attributes).length > 0 ? of(q.attributes) : of(q.context);
}

function keyHolds(effect: string, written: string, given: string[], values: readonly Value[], q: Question): boolean {
  const [, every, operator, optional] = /^(?:for_(any|all)_value:)?(.*?)(_if_exist)?$/.exec(written)!;
  const wanted = values.map((value) => fill(String(value), q));
  if (operator === 'null_equal') return wanted.includes(String(given.every((value) => value === '')));
  if (given.length === 0) return optional !== undefined;
  const negative = operator!.includes('_not_');
  const { readable, fits } = TYPES[operator!.split('_')[0]!]!(operator!.replace('_not_', '_'));
  if (!given.every(readable)) return effect === 'deny';
  const one = (value: string) => wanted.some((want) => fits(value, want)) !== negative;
  return every === 'all' || (every === undefined && negative) ? given.every(one) : given.some(one);
}
