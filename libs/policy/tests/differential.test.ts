import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorize, compilePolicy, parsePolicy } from '../src/index.ts';
import { naive, type Question, type Rule } from './naive.ts';

// Small alphabets: rules and requests must meet often, or two evaluators agree about nothing but denials.
const ROOT = '100000000001';
const CALLER = { uin: '100000000011', rootUin: ROOT, appId: '1250000000' };
const ACTIONS = ['tat:RunCommand', 'tat:InvokeCommand', 'tat:DescribeAutomationAgents', 'cos:GetObject'] as const;
const SHAPES = ['string', 'numeric', 'date', 'ip', 'bool'] as const;

const one = fc.constantFrom;
const some = <T>(arbitrary: fc.Arbitrary<T>, max = 3) => fc.array(arbitrary, { minLength: 1, maxLength: max });
const oneOrMany = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof(arbitrary, some(arbitrary));

const action = fc.oneof(
  one(...ACTIONS),
  one('*', '*:*', 'tat:*', 'name/tat:*Command', 'tat:Describe*', 'tat:*Agents', 'tat:InvokeCommands', 'cos:*et*'),
);

const path = one('command/a', 'command/ab', 'command/a/b', 'command/*', `command/${CALLER.uin}`, 'instance/a');
const pathPattern = fc.oneof(
  path,
  one('*', 'command/a/*', 'command/*b', '*/a', 'c*a*b', `command/\${uin}`, `command/\${uin}/*`, `*\${app_id}*`),
);
const resource = fc.oneof(
  { weight: 1, arbitrary: fc.constant('*') },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        one('tat', 'cos'),
        one('', 'ap-guangzhou', 'ap-beijing', 'gz'),
        one('', `uin/${ROOT}`, `uin/${ROOT}`, 'uid/1250000000', 'uin/200000000002'),
        path,
      )
      .map(([s, r, a, p]) => `qcs::${s}:${r}:${a.startsWith('uid') && s !== 'cos' ? '' : a}:${p}`),
  },
);
const resourcePattern = fc.oneof(
  { weight: 2, arbitrary: fc.constant('*') },
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        one('', '*', 'tat', 't*', 'cos'),
        one('', '*', 'ap-guangzhou', 'gz', 'bj'),
        one('', '*', `uin/${ROOT}`, 'uid/1250000000', 'uin/200000000002'),
        pathPattern,
      )
      .map(([s, r, a, p]) => `qcs::${s}:${r}:${a.startsWith('uid') && s !== 'cos' ? '' : a}:${p}`),
  },
);

const VALUES = {
  string: one('a', 'A', 'ab', 'team&a', `\${uin}`, CALLER.uin),
  numeric: one<string | number>(1, 2, 2.5, '2', '-1'),
  date: one('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00.000+00:00'),
  ip: one('10.0.0.1', '10.0.0.9/24', '10.0.0.0/31', '0.0.0.0/0', '192.0.2.1'),
  bool: one<string | boolean>(true, false, 'true', 'false'),
};
const RELATIONS = ['equal', 'not_equal', 'less_than', 'less_than_equal', 'greater_than', 'greater_than_equal'];
const OPERATORS = {
  string: ['equal', 'not_equal', 'equal_ignore_case', 'not_equal_ignore_case', 'like', 'not_like'],
  numeric: RELATIONS,
  date: RELATIONS,
  ip: ['equal', 'not_equal'],
  bool: ['equal'],
};
const TEXT_KEYS = ['qcs:resource_tag', 'qcs:tag/team'];
const KEYS = ['qcs:ip', 'QCS:Ip', 'app:n', 'qcs:uin', 'qcs:request_tag'];
const ANY_KEY = [...KEYS, ...TEXT_KEYS];

const comparison = one(...SHAPES).chain((shape) =>
  fc
    .tuple(
      one('', 'for_any_value:', 'for_all_value:'),
      one(...OPERATORS[shape]),
      one('', '_if_exist'),
      one(...(shape === 'string' ? ANY_KEY : KEYS)),
      oneOrMany<string | number | boolean>(VALUES[shape]),
    )
    .map(([qualifier, relation, suffix, key, values]) => ({
      [`${qualifier}${shape}_${relation}${suffix}`]: { [key]: values },
    })),
);
const absence = fc.record({
  null_equal: fc.dictionary(one(...ANY_KEY), one(true, 'false'), { minKeys: 1, maxKeys: 2 }),
});
const condition = fc.array(fc.oneof(comparison, absence), { maxLength: 2 }).map((all) => Object.assign({}, ...all));

const rule: fc.Arbitrary<Rule> = fc.record({
  effect: one('allow', 'allow', 'deny'),
  action: oneOrMany(action),
  resource: oneOrMany(resourcePattern),
  condition: fc.oneof(fc.constant({}), condition),
});
const tags = fc.dictionary(one('team', 'env'), one('a', 'A', ''), { maxKeys: 2 });
const contextValue = one<string | number | boolean>(
  '10.0.0.1',
  '10.0.0.200',
  '192.0.2.1',
  'a',
  'ab',
  '',
  2,
  true,
  '2026-01-02T00:00:00Z',
);

const question: fc.Arbitrary<Question> = fc.record({
  caller: one(CALLER, CALLER, CALLER, { ...CALLER, uin: ROOT }),
  rules: fc.array(rule, { maxLength: 4 }),
  limits: fc.array(some(rule, 2), { maxLength: 2 }),
  action: one(...ACTIONS),
  resource,
  tags,
  requestTags: tags,
  context: fc.dictionary(one('qcs:ip', 'app:n'), oneOrMany(contextValue), { maxKeys: 2 }),
});

const attach = (rules: Rule[], i: number) => ({
  policyId: `p${i}`,
  version: 1,
  compiled: compilePolicy(parsePolicy(JSON.stringify({ version: '2.0', statement: rules }), { maxCharacters: 10_000 })),
});

/** The engine's verdict on the same question. Every rule becomes a policy of its own. */
function engine({ caller, rules, limits, action, resource, tags, requestTags, context }: Question) {
  const [boundary, ...sessionPolicies] = limits.map(attach);
  const { resources } = authorize(
    {
      ...caller,
      isRoot: caller.uin === caller.rootUin,
      policies: rules.map((one, i) => attach([one], i)),
      ...(boundary && { boundary }),
      sessionPolicies,
    },
    { action, resources: [{ name: resource, tags }], context, requestTags },
  );
  return resources[0]!.outcome;
}

describe('the engine and the naive evaluator', () => {
  it('agree on 20,000 random questions, and all three outcomes occur', { timeout: 120_000 }, () => {
    const seen = { allowed: 0, explicit_deny: 0, implicit_deny: 0 };
    fc.assert(
      fc.property(question, (asked) => {
        const outcome = engine(asked);
        seen[outcome]++;
        expect(outcome).toBe(naive(asked));
      }),
      { numRuns: 20_000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(1000);
  });
});

describe('properties of every decision', () => {
  const check = (holds: (asked: Question, extra: Rule) => void) =>
    fc.assert(fc.property(question, rule, holds), { numRuns: 1000 });

  it('a deny more never allows what was not', () => {
    check((asked, extra) => {
      const more = { ...asked, rules: [...asked.rules, { ...extra, effect: 'deny' }] };
      if (engine(more) === 'allowed') expect(engine(asked)).toBe('allowed');
    });
  });

  it('an allow more never takes away', () => {
    check((asked, extra) => {
      const more = { ...asked, rules: [...asked.rules, { ...extra, effect: 'allow' }] };
      if (engine(asked) === 'allowed') expect(engine(more)).toBe('allowed');
    });
  });

  it('order and repetition play no part', () => {
    check((asked) => {
      expect(engine({ ...asked, rules: [...asked.rules, ...asked.rules].reverse() })).toBe(engine(asked));
    });
  });
});
