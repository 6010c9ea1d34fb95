import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policy, ROOT, unreadable, user } from '../../tests/explained.ts';
import { type AccessRequest, authorize, type ContextValues, type ExplainedPrincipal, openQuestion } from '../index.ts';

const CMD = 'qcs::tat:ap-guangzhou::command/cmd-aaaaaaaa';
const QUESTION: AccessRequest = { action: 'tat:RunCommand', resources: [{ name: CMD }] };
const OFFICE = { ip_equal: { 'qcs:ip': '10.0.0.0/8' } };

const ask = (principal: ExplainedPrincipal, question: Partial<AccessRequest> = {}) =>
  openQuestion({ ...QUESTION, ...question })(principal);
const all = policy('all', [{ effect: 'allow' }]);

describe('an open question', () => {
  it('is answered as far as the policies know', () => {
    expect(ask(user(all))).toBe('allowed');
    expect(ask(user())).toBe('denied');
    expect(ask(user(policy('elsewhere', [{ effect: 'allow', resource: 'qcs::cvm:::*' }])))).toBe('denied');
    expect(ask(user(all, policy('freeze', [{ effect: 'deny' }])))).toBe('denied');
    expect(ask(user(all, unreadable('broken')))).toBe('denied');
    expect(ask({ ...user(), isRoot: true, uin: ROOT })).toBe('allowed');
    expect(ask(user(all), { resources: [{ name: CMD.replace('::command', ':uin/200000000002:command') }] })).toBe(
      'denied',
    );
  });

  it('is conditional where an allow or a deny depends on what it leaves open', () => {
    const office = user(policy('office', [{ effect: 'allow', condition: OFFICE }]));
    expect(ask(office)).toBe('conditional');
    expect(ask(office, { context: { 'qcs:ip': '10.1.1.1' } })).toBe('allowed');
    expect(ask(office, { context: { 'qcs:ip': '192.0.2.1' } })).toBe('denied');
    expect(ask(user(all, policy('freeze', [{ effect: 'deny', condition: OFFICE }])))).toBe('conditional');
    const boundary = policy('limits', [{ effect: 'allow', condition: OFFICE }], 'boundary');
    expect(ask({ ...user(all), boundary })).toBe('conditional');
    const tagged = user(
      policy('tagged', [{ effect: 'allow', condition: { string_equal: { 'qcs:resource_tag/team': 'ops' } } }]),
    );
    expect(ask(tagged)).toBe('conditional');
    expect(ask(tagged, { resources: [{ name: CMD, tags: { team: 'ops' } }] })).toBe('allowed');
    expect(ask(tagged, { resources: [{ name: CMD, tags: { team: 'dev' } }] })).toBe('denied');
  });

  it('keeps what is personal apart, though many are asked', () => {
    const own = policy('own', [{ effect: 'allow', resource: `qcs::tat:::command/\${uin}` }]);
    const named = policy('named', [{ effect: 'deny', condition: { string_equal: { 'qcs:uin': '2' } } }]);
    const answer = openQuestion({ ...QUESTION, resources: [{ name: 'qcs::tat:ap-guangzhou::command/1' }] });
    expect(answer({ ...user(own), uin: '2' })).toBe('denied');
    expect(answer({ ...user(own), uin: '1' })).toBe('allowed');
    expect(answer({ ...user(all, named), uin: '2' })).toBe('denied');
    expect(answer({ ...user(all, named), uin: '1' })).toBe('allowed');
  });

  it('that is answered without condition is decided so whatever the rest of the request', () => {
    const one = fc.constantFrom;
    const rule = fc.record({
      effect: one<'allow' | 'deny'>('allow', 'allow', 'deny'),
      condition: one(
        {},
        OFFICE,
        { ip_not_equal: { 'qcs:ip': '10.0.0.0/8' } },
        { null_equal: { 'qcs:ip': 'true' } },
        {
          string_equal_if_exist: { 'app:x': 'a', 'qcs:uin': user().uin },
        },
      ),
    });
    const given = one<ContextValues>(
      {},
      { 'qcs:ip': '10.1.1.1' },
      { 'qcs:ip': '192.0.2.1', 'app:x': 'a' },
      { 'app:x': 'b' },
    );
    const seen = { allowed: 0, conditional: 0, denied: 0 };
    fc.assert(
      fc.property(
        fc.array(fc.array(rule, { minLength: 1, maxLength: 2 }), { maxLength: 3 }),
        given,
        (policies, context) => {
          const principal = user(...policies.map((rules, i) => policy(`p${i}`, rules)));
          const answer = ask(principal);
          seen[answer]++;
          const { allowed } = authorize(principal, { ...QUESTION, context });
          if (answer !== 'conditional') expect(allowed).toBe(answer === 'allowed');
        },
      ),
      { numRuns: 2_000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  });
});
