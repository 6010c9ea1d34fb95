import { describe, expect, it } from 'vitest';
import { policy, type Rule, unreadable, user } from '../../tests/explained.ts';
import { type ExplainedPrincipal, findChanges, type Search } from '../index.ts';

const HERE: Search = { region: 'ap-guangzhou' };
const OFFICE = { ip_equal: { 'qcs:ip': '10.0.0.0/8' } };
const COMMANDS = 'qcs::tat:ap-guangzhou::command/*';

function changes(before: ExplainedPrincipal, after: ExplainedPrincipal, search: Search = HERE) {
  const { actions, changesOf } = findChanges(before, after, search);
  return actions.flatMap(changesOf).map(({ action, before: was, after: { resource, outcome, reason } }) => ({
    what: `${action} ${resource}`,
    from: was,
    to: outcome,
    reason,
  }));
}
const of = (...rules: Rule[]) => (rules.length > 0 ? user(policy('ops', rules)) : user());
const allow = (action: string | string[], resource: string | string[] = '*', condition = {}): Rule => ({
  effect: 'allow',
  action,
  resource,
  condition,
});

describe('what changes with a document', () => {
  it('is nothing when only order, names or what other policies say as well are different', () => {
    const one = allow('tat:RunCommand');
    const two = allow('tat:Describe*');
    expect(changes(of(one, two), of(two, one))).toEqual([]);
    expect(changes(of(one), user(policy('a', [one]), policy('b', [one])))).toEqual([]);
    expect(changes(of(allow('tat:*')), of(allow('tat:*'), two))).toEqual([]);
  });

  it('names the actions that are new, on any resource of their kind', () => {
    expect(
      changes(of(allow('tat:Describe*')), of(allow(['tat:Describe*', 'tat:DeleteCommand', 'tat:CreateCommand']))),
    ).toEqual([
      {
        what: 'tat:CreateCommand *',
        from: 'implicit_deny',
        to: 'allowed',
        reason: 'allowed by statement 0 of policy `ops`',
      },
      {
        what: `tat:DeleteCommand ${COMMANDS}`,
        from: 'implicit_deny',
        to: 'allowed',
        reason: 'allowed by statement 0 of policy `ops`',
      },
    ]);
  });

  it('finds the one resource that a document picks out', () => {
    const all = allow('tat:DeleteCommand');
    const deny: Rule = { effect: 'deny', action: 'tat:*', resource: ['qcs::tat:bj::command/cmd-a', 'qcs::cos:::b/*'] };
    expect(changes(of(all), of(all, deny)).map(({ what, to }) => [what, to])).toEqual([
      ['tat:DeleteCommand qcs::tat:ap-beijing::command/cmd-a', 'explicit_deny'],
    ]);
    const own = allow('tat:DeleteCommand', [`qcs::tat:::command/\${uin}-*`, 'qcs::tat:::command/cmd-?']);
    expect(changes(of(), of(own)).map(({ what }) => what)).toEqual([
      'tat:DeleteCommand qcs::tat:ap-guangzhou::command/100000000011-*',
      'tat:DeleteCommand qcs::tat:ap-guangzhou::command/cmd-?',
    ]);
  });

  it('finds the circumstances that conditions tell apart, and says them', () => {
    const plain = allow('tat:CreateCommand');
    const office = allow('tat:CreateCommand', '*', OFFICE);
    expect(changes(of(), of(office))).toMatchObject([
      {
        to: 'allowed',
        reason: 'when the call came from 10.0.0.0: allowed by statement 0 of policy `ops`, as qcs:ip is in 10.0.0.0/8',
      },
    ]);
    // without an address, which is how the question stands, it is denied already
    expect(changes(of(plain), of(office))).toMatchObject([{ from: 'allowed', to: 'implicit_deny' }]);
    const deny = (condition: object): Rule => ({ effect: 'deny', action: 'tat:CreateCommand', condition });
    const found = (condition: object) => changes(of(plain), of(plain, deny(condition))).map(({ reason }) => reason);
    expect(found({ ip_not_equal: { 'qcs:ip': '10.0.0.0/8' } })[0]).toMatch(
      /^when the call came from 203\.0\.113\.9: denied/,
    );
    expect(found({ numeric_less_than: { 'app:n': 5 }, numeric_greater_than: { 'app:n': 3 } })[0]).toMatch(
      /^when app:n is 4: /,
    );
    expect(found({ date_greater_than: { 'qcs:current_time': '2026-01-01' } })[0]).toMatch(
      /^when it is 2026-01-01T00:00:01/,
    );
    expect(found({ bool_equal: { 'app:x': 'true' } })[0]).toMatch(/^when app:x is true: /);
    expect(found({ string_like: { 'app:x': 'web-*' } })[0]).toMatch(/^when app:x is web-: /);
    expect(found({ null_equal: { 'app:x': false } })[0]).toMatch(/^when app:x is false: /);
    expect(found({ string_equal: { 'qcs:request_tag/team': 'a' } })[0]).toMatch(
      /^when the tag team of the request is a: /,
    );
    expect(found({ 'for_any_value:string_not_equal': { 'qcs:resource_tag': 'team&a' } })[0]).toMatch(
      /^when the tags of the resource is other&other: /,
    );
    expect(found({ string_equal: { 'qcs:uin': '1' } })).toEqual([]);
  });

  it('looks at no more circumstances than 16, and lets the question have the last word about tags', () => {
    const many = Array.from({ length: 20 }, (_, i) =>
      allow('tat:CreateCommand', '*', { numeric_equal: { 'app:n': 10 * i } }),
    );
    expect(changes(of(), of(...many))).toHaveLength(1);
    const last = changes(of(...many.slice(0, 19)), of(...many));
    expect(last).toEqual([]);
    const tagged = (condition: object) => of(allow('tat:CreateCommand', '*', condition));
    const wanted = tagged({ string_equal: { 'qcs:request_tag/team': 'ops' } });
    expect(changes(of(), wanted, { ...HERE, requestTags: { team: 'dev' } })).toEqual([]);
    expect(changes(of(), wanted, { ...HERE, requestTags: { env: 'prod' } })).toHaveLength(1);
  });

  it('keeps to the actions, resources and circumstances of the question', () => {
    const search: Search = {
      ...HERE,
      actions: ['tat:RunCommand', 'tat:DeleteCommand'],
      resources: [{ name: 'qcs::cvm:ap-guangzhou::instance/ins-a' }],
    };
    const office = of(allow('tat:RunCommand', '*', OFFICE));
    expect(changes(of(), office, search)).toHaveLength(1);
    expect(changes(of(), office, { ...search, context: { 'qcs:ip': '192.0.2.1' } })).toEqual([]);
    expect(changes(of(), of(allow('tat:CreateCommand')), search)).toEqual([]);
    const tagged = of(allow('tat:RunCommand', '*', { string_equal: { 'qcs:resource_tag/team': 'a' } }));
    const web = { name: 'qcs::cvm:ap-guangzhou::instance/ins-a', tags: { team: 'b' } };
    expect(changes(of(), tagged, { ...search, resources: [web] })).toEqual([]);
  });

  it('reaches services without regions, appids and actions beyond the catalogue', () => {
    expect(changes(of(), of(allow('cam:DeleteUser', 'qcs::cam:::uin/*'))).map(({ what }) => what)).toEqual([
      'cam:DeleteUser qcs::cam:::uin/*',
    ]);
    expect(changes(of(), of(allow('cos:GetObject', 'qcs::cos:::bucket/*'))).map(({ what }) => what)).toEqual([
      'cos:GetObject qcs::cos:ap-guangzhou:uid/1250000000:bucket/*',
    ]);
    expect(
      changes(of(), of(allow('vpc:Peer', ['qcs::vpc:::peer/a', 'qcs::vpc:*:*:peer/b']))).map(({ what }) => what),
    ).toEqual(['vpc:Peer qcs::vpc:ap-guangzhou::peer/a', 'vpc:Peer qcs::vpc:ap-guangzhou::peer/b']);
  });

  it('sees a boundary that narrows and a policy that cannot be read any more', () => {
    const run = of(allow('tat:CreateCommand'));
    const boundary = policy('limits', [allow('tat:Describe*')], 'boundary');
    expect(changes(run, { ...run, boundary })).toMatchObject([{ what: 'tat:CreateCommand *', to: 'implicit_deny' }]);
    expect(changes(run, user(...run.policies, unreadable('broken')))).toMatchObject([
      { what: 'tat:CreateCommand *', to: 'explicit_deny' },
    ]);
  });
});
