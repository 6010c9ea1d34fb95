import { AccessKeyStatus, AuthorizationService, Outcome, Semantic } from '@muster/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture, type TestUser } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(() => {
  fixture.clock.ms = Date.UTC(2026, 0, 1);
});

const command = (id: string) => `qcs::tat:ap-guangzhou::command/${id}`;
const instance = (id: string) => `qcs::cvm:ap-guangzhou::instance/${id}`;
/** The policy variable. */
const OWN_UIN = ['$', '{uin}'].join('');
const own = (resource: string) =>
  resource.replace('::command', `:uin/${ROOT_UIN}:command`).replace('::instance', `:uin/${ROOT_UIN}:instance`);

/** Asks as command-svc whether the token's owner may do this. */
async function ask(
  credential: string,
  action: string,
  resources: readonly string[],
  rest: { peerAddress?: string; tags?: Record<string, string>; requestTags?: Record<string, string> } = {},
) {
  const tags = (given: Record<string, string> = {}) => Object.entries(given).map(([key, value]) => ({ key, value }));
  return (await fixture.authorization()).authorize({
    context: { credential, peerAddress: rest.peerAddress ?? '' },
    action,
    resources: resources.map((resource) => ({ resource, tags: tags(rest.tags) })),
    requestTags: tags(rest.requestTags),
  });
}
const mayRun = async ({ token }: TestUser) => (await ask(token, 'tat:RunCommand', [command('*')])).allowed;

describe('Authorize', () => {
  it('answers per resource with the deciding policy, version and statement, the revision and a decision id', async () => {
    const policyId = await fixture.policy([allow('cos:*'), allow('tat:InvokeCommand', 'qcs::tat:::command/*')]);
    const denying = await fixture.policy([{ ...allow('tat:*', 'qcs::cvm:::instance/ins-denied'), effect: 'deny' }]);
    const user = await fixture.user();
    for (const id of [policyId, denying]) await fixture.iam().attachUserPolicy({ policyId: id, attachUin: user.uin });
    const asked = [command('cmd-aaaaaaaa'), instance('ins-denied'), instance('ins-other')];

    const answer = await ask(user.token, 'tat:InvokeCommand', asked);
    expect(answer).toMatchObject({
      allowed: false,
      principal: { uin: user.uin },
      decisions: [
        { resource: own(asked[0]!), outcome: Outcome.ALLOWED, policyId, policyVersion: 1, statementIndex: 1 },
        { resource: own(asked[1]!), outcome: Outcome.EXPLICIT_DENY, policyId: denying, statementIndex: 0 },
        { resource: own(asked[2]!), outcome: Outcome.IMPLICIT_DENY, policyId: '0', policyVersion: 0 },
      ],
    });
    expect(answer.decisionId).toMatch(/^[a-z0-9]{16}$/);
    expect(answer.revision).toBeGreaterThan(0n);
    expect((await ask(user.token, 'tat:InvokeCommand', [asked[0]!])).allowed).toBe(true);
  });

  it('allows root everything of its own account, and nothing of another', async () => {
    const { token } = fixture.root;
    expect((await ask(token, 'tat:InvokeCommand', ['*', command('x'), instance('ins-1')])).allowed).toBe(true);
    expect((await ask(token, 'tat:InvokeCommand', ['qcs::tat:r:uin/200000000002:command/x'])).allowed).toBe(false);
  });

  it('takes 1 to 200 resources', async () => {
    const { token } = fixture.root;
    const many = Array.from({ length: 200 }, (_, i) => command(`cmd-${i}`));
    expect((await ask(token, 'tat:DescribeCommands', many)).decisions).toHaveLength(200);
    for (const resources of [[], [...many, '*']]) {
      expect(await refusalOf(ask(token, 'tat:DescribeCommands', resources))).toMatchObject({ kind: 'invalid' });
    }
    expect(await refusalOf(ask(token, 'tat:*', ['*']))).toMatchObject({ reason: 'InvalidParameter.ActionError' });
  });

  it('knows the caller’s address, the time, the tags of resources and those of the request', async () => {
    const user = await fixture.user([
      allow('tat:RunCommand', '*', { ip_equal: { 'qcs:ip': '10.0.0.0/8' } }),
      allow('tat:DescribeCommands', '*', { date_less_than: { 'qcs:current_time': '2026-01-01T00:00:01Z' } }),
      allow('tat:ModifyCommand', '*', { 'for_any_value:string_equal': { 'qcs:resource_tag': 'team&ops' } }),
      allow('tat:CreateCommand', '*', { 'for_any_value:string_equal': { 'qcs:request_tag': 'team&ops' } }),
      allow('tat:DeleteCommand', '*', { string_equal: { 'qcs:mfa': '1' } }),
    ]);
    const may = async (action: string, rest: Parameters<typeof ask>[3] = {}) =>
      (await ask(user.token, `tat:${action}`, [command('cmd-1')], rest)).allowed;

    expect(await may('RunCommand', { peerAddress: '10.1.2.3' })).toBe(true);
    expect(await may('RunCommand', { peerAddress: '::ffff:10.1.2.3' })).toBe(true);
    expect(await may('RunCommand', { peerAddress: '192.0.2.1' })).toBe(false);
    expect(await may('RunCommand')).toBe(false);
    expect(await may('DescribeCommands')).toBe(true);
    fixture.clock.ms += 1_000;
    expect(await may('DescribeCommands')).toBe(false);
    expect(await may('ModifyCommand', { tags: { team: 'ops' } })).toBe(true);
    expect(await may('ModifyCommand', { tags: { team: 'dev' }, requestTags: { team: 'ops' } })).toBe(false);
    expect(await may('CreateCommand', { requestTags: { team: 'ops' } })).toBe(true);
    expect(await may('CreateCommand', { tags: { team: 'ops' } })).toBe(false);
    expect(await may('DeleteCommand')).toBe(false);
  });

  it('knows what the asking service says of a resource and of the request, but not what it knows better itself', async () => {
    const user = await fixture.user([
      allow('tat:DeleteCommand', '*', { string_equal: { 'qcs:create_uin': OWN_UIN } }),
      allow('tat:RunCommand', '*', { string_not_equal: { 'muster:os_user': 'root' } }),
    ]);
    const client = await fixture.authorization();
    const may = async (action: string, attributes: object[], requestContext: object[]) =>
      (
        await client.authorize({
          context: { credential: user.token },
          action,
          resources: [{ resource: command('cmd-1'), attributes }],
          requestContext,
        })
      ).allowed;
    const createdBy = (uin: string) => [{ key: 'qcs:create_uin', values: [uin] }];
    expect(await may('tat:DeleteCommand', createdBy(user.uin), [])).toBe(true);
    expect(await may('tat:DeleteCommand', createdBy('1'), [])).toBe(false);
    expect(await may('tat:DeleteCommand', createdBy('1'), createdBy(user.uin))).toBe(false);
    expect(await may('tat:RunCommand', [], [{ key: 'muster:os_user', values: ['www'] }])).toBe(true);
    expect(await may('tat:RunCommand', [], [{ key: 'Muster:OS_User', values: ['root'] }])).toBe(false);
    expect(await may('tat:RunCommand', [], [])).toBe(false);
    for (const key of ['qcs:ip', 'QCS:Current_Time', 'qcs:uin', 'mfa', 'qcs:mfa', 'qcs:resource_tag/team', 'qcs:tag']) {
      const known = [{ key, values: ['1'] }];
      expect(await refusalOf(may('tat:RunCommand', known, []))).toMatchObject({
        kind: 'invalid',
        details: { field: 'Resources.Attributes' },
      });
      expect(await refusalOf(may('tat:RunCommand', [], known))).toMatchObject({
        details: { field: 'RequestContext' },
      });
    }
  });

  it('refuses actions that nobody knows, so that a misspelt one does not look like a forbidden one', async () => {
    const { token } = fixture.root;
    const reason = async (action: string) => (await refusalOf(ask(token, action, ['*']))).reason;
    expect(await reason('tat:InvokeCommands')).toBe('InvalidParameter.ActionNotExist');
    expect(await reason('tta:RunCommand')).toBe('InvalidParameter.ActionServiceNotExist');
    expect((await ask(token, 'cvm:DoSomethingNew', ['*'])).allowed).toBe(true);
    expect((await ask(token, 'batch:SubmitJob', ['*'])).allowed).toBe(true);
  });

  it('answers for each resource alike, whether they stand together or not', async () => {
    const user = await fixture.user([allow('tat:DescribeCommands', command('cmd-ok'))]);
    const client = await fixture.authorization();
    const asked = {
      context: { credential: user.token },
      action: 'tat:DescribeCommands',
      resources: ['cmd-ok', 'cmd-no'].map((id) => ({ resource: command(id) })),
    };
    for (const semantic of [Semantic.UNSPECIFIED, Semantic.ALL, Semantic.EACH]) {
      const { allowed, decisions } = await client.authorize({ ...asked, semantic });
      expect(allowed).toBe(false);
      expect(decisions.map(({ outcome }) => outcome)).toEqual([Outcome.ALLOWED, Outcome.IMPLICIT_DENY]);
    }
  });

  it('gives internal methods to the services that need them, and to no user', async () => {
    const admin = await fixture.user([allow('*')]);
    const may = async (credential: string, action: string) => (await ask(credential, action, ['*'])).allowed;
    expect(await may(await fixture.serviceToken('invocation-svc'), 'muster:ResolveCommand')).toBe(true);
    expect(await may(await fixture.serviceToken('gateway'), 'muster:ResolveCommand')).toBe(false);
    expect(await may(await fixture.serviceToken('invocation-svc'), 'tat:DescribeCommands')).toBe(false);
    expect(await may(admin.token, 'tat:DescribeCommands')).toBe(true);
    for (const token of [admin.token, fixture.root.token]) expect(await may(token, 'muster:SaveCommand')).toBe(false);
    for (const token of [admin.token, fixture.root.token]) {
      const asUser = fixture.client(AuthorizationService, token);
      const asking = asUser.authorize({
        context: { credential: token },
        action: 'tat:DescribeScenes',
        resources: [{ resource: '*' }],
      });
      expect(await refusalOf(asking)).toMatchObject({ kind: 'denied', details: { action: 'muster:Authorize' } });
    }
  });

  it('refuses a credential that is nobody’s', async () => {
    expect(await refusalOf(ask('forged', 'tat:RunCommand', ['*']))).toMatchObject({ kind: 'unauthenticated' });
  });
});

describe('a change bites on the next call', () => {
  const RUN = [allow('tat:RunCommand')];

  it('when a policy is attached, changed, detached or deleted, and the revision says so', async () => {
    const user = await fixture.user();
    const iam = fixture.iam();
    const revision = async () => (await ask(user.token, 'tat:DescribeScenes', ['*'])).revision;
    expect(await mayRun(user)).toBe(false);

    const policyId = await fixture.policy(RUN);
    const before = await revision();
    await iam.attachUserPolicy({ policyId, attachUin: user.uin });
    expect(await mayRun(user)).toBe(true);
    expect(await revision()).toBe(before + 1n);

    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('tat:InvokeCommand')] });
    await iam.updatePolicy({ policyId, policyDocument });
    expect(await mayRun(user)).toBe(false);
    await iam.updatePolicy({ policyId, policyDocument: JSON.stringify({ version: '2.0', statement: RUN }) });
    expect(await mayRun(user)).toBe(true);

    await iam.detachUserPolicy({ policyId, detachUin: user.uin });
    expect(await mayRun(user)).toBe(false);
    await iam.attachUserPolicy({ policyId, attachUin: user.uin });
    await iam.deletePolicy({ policyId: [policyId] });
    expect(await mayRun(user)).toBe(false);
    expect(await revision()).toBe(before + 6n);
  });

  it('when the key that a token was made with is switched off; switching it on again revives no token', async () => {
    const user = await fixture.user(RUN);
    const iam = fixture.iam();
    const key = { accessKeyId: user.secretId, targetUin: user.uin };
    expect(await mayRun(user)).toBe(true);
    await iam.updateAccessKey({ ...key, status: AccessKeyStatus.INACTIVE });
    expect(await refusalOf(mayRun(user))).toMatchObject({ kind: 'unauthenticated' });
    await iam.updateAccessKey({ ...key, status: AccessKeyStatus.ACTIVE });
    expect(await refusalOf(mayRun(user))).toMatchObject({ kind: 'unauthenticated' });
    expect(await mayRun({ ...user, token: await fixture.exchange(user) })).toBe(true);
  });

  it('when the user is deleted', async () => {
    const user = await fixture.user(RUN);
    await fixture.iam().deleteUser({ name: user.name, force: true });
    expect(await refusalOf(mayRun(user))).toMatchObject({ kind: 'unauthenticated' });
    expect(await refusalOf(fixture.exchange(user))).toMatchObject({ reason: 'AuthFailure.SecretIdNotFound' });
  });
});

describe('E10 of the specification', () => {
  it('lets its user invoke exactly those commands on exactly that instance', async () => {
    const g = `ap-guangzhou:uin/${ROOT_UIN}`;
    const user = await fixture.user([
      allow('tat:InvokeCommand', [
        `qcs::cvm:${g}:instance/ins-xxxxxxxx`,
        `qcs::tat:${g}:command/cmd-xxxxxxxx`,
        `qcs::tat:${g}:command/cmd-yyyyyyyy`,
      ]),
    ]);
    const may = async (action: string, ...resources: string[]) => (await ask(user.token, action, resources)).allowed;
    for (const id of ['cmd-xxxxxxxx', 'cmd-yyyyyyyy']) {
      expect(await may('tat:InvokeCommand', command(id), instance('ins-xxxxxxxx'))).toBe(true);
    }
    expect(await may('tat:InvokeCommand', command('cmd-zzzzzzzz'), instance('ins-xxxxxxxx'))).toBe(false);
    expect(await may('tat:InvokeCommand', command('cmd-xxxxxxxx'), instance('ins-zzzzzzzz'))).toBe(false);
    expect(await may('tat:RunCommand', command('*'), instance('ins-xxxxxxxx'))).toBe(false);
  });
});
