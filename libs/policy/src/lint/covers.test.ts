import fc from 'fast-check';
import { expect, it } from 'vitest';
import { authorize, compilePolicy, type Statement } from '../index.ts';
import { coversStatement } from './covers.ts';

const statement = (resource: string, action = 'tat:ModifyCommand'): Statement => ({
  effect: 'allow',
  actions: [action],
  resources: [resource],
  conditions: [],
});

it.each([
  ['qcs:::::*', 'qcs:::::x'],
  ['qcs::*:*:*:*', 'qcs:::::*'],
  ['qcs::t*:::*', 'qcs::tat:gz:uin/1:command/*'],
  ['qcs::tat:ap-guangzhou::command/*', 'qcs:id/0:tat:gz:uin/1:command/cmd-1/*'],
  ['qcs::tat:::command/*', 'qcs::tat:::command'],
  ['qcs::tat:::*/*', 'qcs::tat:::command/*'],
  [`qcs::tat:::\${uin}/*`, `qcs::tat:::\${uin}/x`],
])('%s covers %s, but not the other way round', (broad, narrow) => {
  expect(coversStatement(statement(broad), statement(narrow))).toBe(true);
  expect(coversStatement(statement(narrow), statement(broad))).toBe(false);
});

it.each([
  ['*', 'qcs:::::*'],
  ['qcs:::::*', 'qcs:::::command/*'],
])('an operation-level request tells %s from %s', (broad, narrow) => {
  expect(coversStatement(statement(narrow), statement(broad))).toBe(false);
});

it('an empty account is the own one, beyond which only roles are reached', () => {
  const covers = (broad: string, narrow: string) => coversStatement(statement(broad), statement(narrow));
  expect(covers('qcs::tat:::*', 'qcs::tat::uin/9:command/x')).toBe(true);
  expect(covers('qcs::cam:::role/*', 'qcs::cam::uin/9:role/x')).toBe(false);
  expect(covers('qcs:::::*', 'qcs:::*::*')).toBe(true);
  expect(covers('qcs:::::*', 'qcs::::*:*')).toBe(false);
  expect(covers('qcs:::*:*:*', 'qcs::cam::uin/9:role/x')).toBe(true);
});

it('a path over a directory covers it only with the bare name', () => {
  expect(coversStatement(statement('qcs::tat:::a/b*'), statement('qcs::tat:::a/b/*'))).toBe(true);
  expect(coversStatement(statement('qcs::tat:::a/*x/*'), statement('qcs::tat:::a/*'))).toBe(false);
  expect(coversStatement(statement('qcs::tat:::a/b/*c*'), statement('qcs::tat:::a/b/*c/*'))).toBe(true);
  expect(coversStatement(statement('qcs::tat:::a*/*'), statement('qcs::tat:::a/*'))).toBe(true);
  expect(coversStatement(statement('qcs::tat:::?*/*'), statement('qcs::tat:::?/*'))).toBe(true);
});

it('what is covered is also decided alike, on random statements and requests', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '/', '*'), { minLength: 1, maxLength: 4 }).map((all) => all.join(''));
  const name = fc.array(fc.constantFrom('a', 'b', '/'), { minLength: 1, maxLength: 5 }).map((all) => all.join(''));
  const resource = fc.oneof(
    fc.constant('*'),
    fc
      .tuple(
        fc.constantFrom('', '*', 'tat', 't*', 'cam'),
        fc.constantFrom('', '*', 'gz', 'ap-guangzhou', 'bj'),
        fc.constantFrom('', '*', 'uin/1', 'uin/9'),
        text,
      )
      .map((parts) => `qcs::${parts.join(':')}`),
  );
  const action = fc.constantFrom('*', '*:*', 'tat:*', 'tat:Describe*', 'tat:DescribeAutomationAgents', 'tat:X');
  const any = fc.record({
    effect: fc.constant('allow' as const),
    actions: fc.array(action, { minLength: 1, maxLength: 2 }),
    resources: fc.array(resource, { minLength: 1, maxLength: 2 }),
    conditions: fc.constant([]),
  });
  const request = fc.record({
    action: fc.constantFrom('tat:X', 'tat:DescribeAutomationAgentStatus', 'cvm:DescribeInstances', 'sts:AssumeRole'),
    name: fc.oneof(
      fc.constant('*'),
      name.map((path) => `qcs::cam::uin/9:${path}`), // another account's role
      fc
        .tuple(fc.constantFrom('tat', 'cvm'), fc.constantFrom('ap-guangzhou', 'ap-beijing', ''), name)
        .map(([service, region, path]) => `qcs::${service}:${region}::${path}`),
    ),
  });
  let covered = 0;
  fc.assert(
    fc.property(any, any, fc.array(request, { minLength: 5, maxLength: 20 }), (broad, narrow, requests) => {
      if (!coversStatement(broad, narrow)) return;
      covered++;
      const allows = (one: Statement) => {
        const policies = [{ policyId: 'p', version: 1, compiled: compilePolicy({ statements: [one] }) }];
        const caller = { uin: '2', rootUin: '1', appId: '3', isRoot: false, policies };
        return requests.map(
          ({ action: asked, name: about }) =>
            authorize(caller, { action: asked, resources: [{ name: about, anyAccount: true }] }).allowed,
        );
      };
      const [wide, tight] = [allows(broad), allows(narrow)];
      expect(tight.filter((allowed, i) => allowed && !wide[i])).toEqual([]);
    }),
    { numRuns: 5_000 },
  );
  expect(covered).toBeGreaterThan(100);
});
