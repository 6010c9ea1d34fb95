import { like } from './like.ts';
import { TYPES } from './naive-types.ts';

type Many<T> = T | readonly T[];
type Value = string | number | boolean;
export interface Rule {
  effect: string;
  action: Many<string>;
  resource: Many<string>;
  condition?: Record<string, Record<string, Many<Value>>>;
}
export interface Question {
  caller: { uin: string; rootUin: string; appId: string };
  /** Statements of everything attached, and of each boundary or session policy. */
  rules: Rule[];
  limits: Rule[][];
  action: string;
  resource: string;
  tags: Record<string, string>;
  requestTags: Record<string, string>;
  context: Record<string, Many<Value>>;
}

const list = <T>(x: Many<T>) => [x].flat() as T[];
const FULL: Record<string, string> = { gz: 'ap-guangzhou', bj: 'ap-beijing' };
const AGENTS = ['tat:DescribeAutomationAgentStatus', 'tat:DescribeAutomationAgents'];

/** CAM sections 3 to 8 as plainly as possible, on valid documents themselves: what the engine must always agree with. */
export function naive(q: Question): 'allowed' | 'explicit_deny' | 'implicit_deny' {
  const segments = q.resource.split(':');
  const own = `uin/${q.caller.rootUin}`;
  segments[4] ||= own;
  if (q.resource !== '*' && segments[4] !== own && segments[4] !== `uid/${q.caller.appId}`) return 'implicit_deny';
  const hit = (rules: Rule[], effect: string) =>
    rules.some((r) => r.effect === effect && names(r, q) && covers(r, q, segments) && holds(r, q));
  const isRoot = q.caller.uin === q.caller.rootUin;
  const rules = isRoot ? [] : q.rules;
  if (hit([...rules, ...q.limits.flat()], 'deny')) return 'explicit_deny';
  return (isRoot || hit(rules, 'allow')) && q.limits.every((l) => hit(l, 'allow')) ? 'allowed' : 'implicit_deny';
}

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
    return like(a || '*', account!) && (fits(place) || (place.endsWith('/*') && fits(place.slice(0, -2))));
  });
}

const holds = (rule: Rule, q: Question) =>
  Object.entries(rule.condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => keyHolds(rule.effect, operator, valuesOf(key, q), list(values), q)),
  );

function valuesOf(key: string, q: Question): string[] {
  const tags = {
    ...bag('qcs:resource_tag', q.tags),
    ...bag('qcs:tag', q.tags),
    ...bag('qcs:request_tag', q.requestTags),
  };
  const all = { ...q.context, ...tags, 'qcs:uin': q.caller.uin, 'qcs:owner_uin': q.caller.rootUin };
  return Object.entries(all).flatMap(([k, v]) => (k.toLowerCase() === key.toLowerCase() ? list(v).map(String) : []));
}

function bag(name: string, tags: Record<string, string>): Record<string, Many<string>> {
  const each = Object.entries(tags).map(([key, value]) => [`${name}/${key}`, value]);
  return { [name]: Object.entries(tags).map(([key, value]) => `${key}&${value}`), ...Object.fromEntries(each) };
}

function keyHolds(effect: string, written: string, given: string[], values: Value[], q: Question): boolean {
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
