import { type Dice, dice } from './dice.ts';
import type { Many, Question, Rule, Value } from './naive-types.ts';

// Small alphabets: rules and requests must meet often, or two evaluators agree about nothing but denials.
const ROOT = '100000000001';
const USER = { uin: '100000000011', rootUin: ROOT, appId: '1250000000' };
const ACTIONS = ['tat:RunCommand', 'tat:InvokeCommand', 'tat:DescribeAutomationAgents', 'cos:GetObject'];
const ACTION_PATTERNS = [
  ...['*', '*:*', 'tat:*', 'name/tat:*Command', 'tat:Describe*', 'tat:*Agents', 'tat:InvokeCommands', 'cos:*et*'],
  ...['tat:DescribeAutomationAgentStatus', 'name/tat:RunCommand'],
];
const PATHS = [
  'command/a',
  'command/ab',
  'command/a/b',
  'command/*',
  `command/${USER.uin}`,
  'instance/a',
  'command/a:b',
];
const PATH_PATTERNS = [
  ...['*', 'command/a/*', 'command/*b', '*/a', 'c*a*b', `command/\${uin}`, `command/\${uin}/*`, `*\${app_id}*`],
  ...['command/*', 'command/a*', 'instance/*', `*/\${owner_uin}`, 'command/*/*', '*a*'],
];

const SHAPES = ['string', 'numeric', 'date', 'ip', 'bool', 'binary'] as const;
const RELATIONS = ['equal', 'not_equal', 'less_than', 'less_than_equal', 'greater_than', 'greater_than_equal'];
const OPERATORS: Record<(typeof SHAPES)[number], readonly string[]> = {
  string: ['equal', 'not_equal', 'equal_ignore_case', 'not_equal_ignore_case', 'like', 'not_like'],
  numeric: RELATIONS,
  date: RELATIONS,
  ip: ['equal', 'not_equal'],
  bool: ['equal'],
  binary: ['equal'],
};
const TEXTS = ['a', 'A', 'ab', 'team&a', `\${uin}`, USER.uin, 'team&*', '*a', `*&\${uin}`];
const WANTED: Record<(typeof SHAPES)[number], readonly Value[]> = {
  string: TEXTS,
  binary: TEXTS,
  numeric: [1, 2, 2.5, '2', '-1'],
  date: ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00.000+00:00'],
  ip: ['10.0.0.1', '10.0.0.9/24', '10.0.0.0/31', '0.0.0.0/0', '192.0.2.1'],
  bool: [true, false, 'true', 'false'],
};
const VALUES: readonly Value[] = [
  '10.0.0.1',
  '10.0.0.200',
  '192.0.2.1',
  'a',
  'ab',
  '',
  2,
  true,
  '2026-01-02T00:00:00Z',
];

/** Keys that hold text: only text operators may ask for them. */
const TEXT_KEYS = ['qcs:resource_tag', 'qcs:tag/team', 'qcs:create_uin', 'QCS:Create_Uin', 'qcs:resource_tag/Env'];
const KEYS = ['qcs:ip', 'QCS:Ip', 'app:n', 'qcs:uin', 'qcs:owner_uin', 'qcs:request_tag', 'qcs:request_tag/team'];

/** A principal and everything that it may be asked. */
export interface World {
  readonly caller: Question['caller'];
  /** Statements of everything attached, by policy; of each of `limits` one must allow as well. */
  readonly policies: readonly (readonly Rule[])[];
  readonly limits: readonly (readonly Rule[])[];
}

/** What is asked at once: the same about several resources. */
export type Request = Pick<Question, 'action' | 'context' | 'requestTags'> & {
  readonly resources: readonly Pick<Question, 'resource' | 'anyAccount' | 'tags' | 'attributes'>[];
};

export function worldOf(seed: number): World {
  const roll = dice(seed);
  // now and then more policies than are looked at one by one
  const most = roll.chance(0.015) ? 45 : 6;
  return {
    caller: roll.chance(0.15) ? { ...USER, uin: ROOT } : USER,
    policies: roll.some(() => roll.some(() => ruleOf(roll), 1, 3), 0, most),
    limits: roll.chance(0.3) ? roll.some(() => roll.some(() => ruleOf(roll), 1, 2), 1, 2) : [],
  };
}

export function ruleOf(roll: Dice): Rule {
  const condition = roll.chance(0.5) ? {} : Object.assign({}, ...roll.some(() => conditionOf(roll), 0, 2));
  return {
    effect: roll.chance(0.25) ? 'deny' : 'allow',
    action: oneOrMany(roll, () => roll.of(roll.chance(0.5) ? ACTIONS : ACTION_PATTERNS)),
    resource: oneOrMany(roll, () => patternOf(roll)),
    condition,
  };
}

function oneOrMany<T>(roll: Dice, make: () => T): Many<T> {
  return roll.chance(0.5) ? make() : roll.some(make, 1, 3);
}

function patternOf(roll: Dice): string {
  if (roll.chance(0.3)) return '*';
  const service = roll.of(['', '*', 'tat', 't*', 'cos']);
  const region = roll.of(['', '*', 'ap-guangzhou', 'gz', 'bj']);
  const account = roll.of(['', '*', `uin/${ROOT}`, 'uid/1250000000', 'uin/200000000002']);
  return `qcs::${service}:${region}:${onlyCos(account, service)}:${roll.of(roll.chance(0.4) ? PATHS : PATH_PATTERNS)}`;
}

/** `uid/<appid>` is an account of few services only. */
const onlyCos = (account: string, service: string) => (account.startsWith('uid') && service !== 'cos' ? '' : account);

function conditionOf(roll: Dice): NonNullable<Rule['condition']> {
  if (roll.chance(0.15)) return { null_equal: { [roll.of([...KEYS, ...TEXT_KEYS])]: roll.of([true, 'false']) } };
  const shape = roll.of(SHAPES);
  const text = shape === 'string' || shape === 'binary';
  const qualifier = roll.of(['', '', 'for_any_value:', 'for_all_value:']);
  const operator = `${qualifier}${shape}_${roll.of(OPERATORS[shape])}${roll.of(['', '_if_exist'])}`;
  const key = () => roll.of(text ? [...KEYS, ...TEXT_KEYS] : KEYS);
  const values = () => oneOrMany(roll, () => roll.of(WANTED[shape]));
  return { [operator]: Object.fromEntries(roll.some(() => [key(), values()], 1, 2)) };
}

export function requestOf(roll: Dice): Request {
  return {
    action: roll.of([...ACTIONS, 'tat:DescribeAutomationAgentStatus']),
    context: valuesOf(roll, ['qcs:ip', 'app:n', 'QCS:IP', 'qcs:create_uin', 'qcs:uin']),
    requestTags: tagsOf(roll),
    resources: roll.some(() => resourceOf(roll), 1, 6),
  };
}

function resourceOf(roll: Dice): Request['resources'][number] {
  const resource = roll.chance(0.15) ? '*' : nameOf(roll);
  const attributes = roll.chance(0.5) ? {} : valuesOf(roll, ['qcs:create_uin', 'App:n', 'qcs:uin', 'qcs:resource_tag']);
  return { resource, anyAccount: roll.chance(0.1), tags: tagsOf(roll), attributes };
}

function nameOf(roll: Dice): string {
  const service = roll.of(['tat', 'cos']);
  const account = roll.of(['', `uin/${ROOT}`, `uin/${ROOT}`, 'uid/1250000000', 'uin/200000000002']);
  const region = roll.of(['', 'ap-guangzhou', 'ap-beijing', 'gz']);
  return `qcs::${service}:${region}:${onlyCos(account, service)}:${roll.of(PATHS)}`;
}

function tagsOf(roll: Dice): Record<string, string> {
  return Object.fromEntries(roll.some(() => [roll.of(['team', 'env', 'Env']), roll.of(['a', 'A', ''])], 0, 2));
}

/** Up to two of the keys, none in two spellings. */
function valuesOf(roll: Dice, keys: readonly string[]): Record<string, Many<Value>> {
  const chosen = roll.some(() => roll.of(keys), 0, 2);
  const distinct = new Map(chosen.map((key) => [key.toLowerCase(), key]));
  const value = () => roll.of([...VALUES, USER.uin]);
  return Object.fromEntries(
    [...distinct.values()].map((key) => [key, roll.chance(0.7) ? value() : roll.some(value, 0, 2)]),
  );
}
