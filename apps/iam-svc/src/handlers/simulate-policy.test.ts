import { AnalysisService, GroupService, MissReason, Outcome, SubjectKind } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const analysis = (token = fixture.root.token) => fixture.client(AnalysisService, token);
const deny = (action: string, condition = {}) => ({ ...allow(action, '*', condition), effect: 'deny' });
const documentOf = (...statement: object[]) => JSON.stringify({ version: '2.0', statement }, undefined, 2);
const user = (id: string) => ({ kind: SubjectKind.USER, id });
const RUN = { actions: ['tat:RunCommand'], resources: [{ resource: 'qcs::tat:ap-guangzhou::command/*' }] };
const OFFICE = { ip_equal: { 'qcs:ip': '10.0.0.0/8' } };

describe('SimulatePolicy', () => {
  it('explains what is decided about a user, with every policy that counts and where it comes from', async () => {
    const { uin } = await fixture.user(
      [allow('tat:Describe*')],
      [allow('cos:*'), allow('tat:RunCommand', '*', OFFICE)],
    );
    const ask = async (ip: string) => {
      const requestContext = [{ key: 'qcs:ip', values: [ip] }];
      return (await analysis().simulatePolicy({ subject: user(uin), ...RUN, requestContext })).results[0]!;
    };
    expect(await ask('10.1.2.3')).toMatchObject({
      action: 'tat:RunCommand',
      resource: `qcs::tat:ap-guangzhou:uin/${ROOT_UIN}:command/*`,
      outcome: Outcome.ALLOWED,
      matched: [{ statementIndex: 1, effect: 'allow', via: 'user', version: 1, line: 1 }],
      before: Outcome.UNSPECIFIED,
    });
    const denied = await ask('192.0.2.1');
    expect(denied.reason).toMatch(
      /^denied: statement 1 of policy `p\d+` allows tat:RunCommand, but only when qcs:ip is in 10\.0\.0\.0\/8, and the call came from 192\.0\.2\.1$/,
    );
    expect(denied).toMatchObject({
      outcome: Outcome.IMPLICIT_DENY,
      matched: [],
      nearMisses: [
        {
          reason: MissReason.CONDITION,
          operator: 'ip_equal',
          key: 'qcs:ip',
          wanted: ['10.0.0.0/8'],
          given: ['192.0.2.1'],
          statement: { statementIndex: 1, effect: 'allow' },
        },
        { reason: MissReason.ACTION, wanted: ['tat:Describe*'], given: ['tat:RunCommand'] },
      ],
    });
  });

  it('names a group once for what comes through it, and answers about the group alone', async () => {
    const { uin } = await fixture.user();
    const policyId = await fixture.policy([allow('tat:*')]);
    const groups = fixture.client(GroupService, fixture.root.token);
    const { groupId } = await groups.createGroup({ groupName: 'operators' });
    await groups.addUserToGroup({ info: [{ uin, groupId }] });
    await groups.attachGroupPolicy({ policyId, attachGroupId: groupId });
    await fixture.iam().attachUserPolicy({ policyId, attachUin: uin });
    const [mine] = (await analysis().simulatePolicy({ subject: user(uin), ...RUN })).results;
    expect(mine!.matched).toMatchObject([{ policyId, via: 'user, group operators' }]);
    const subject = { kind: SubjectKind.GROUP, name: 'operators' };
    const [theirs] = (await analysis().simulatePolicy({ subject, ...RUN })).results;
    expect(theirs).toMatchObject({ outcome: Outcome.ALLOWED, matched: [{ policyId, via: 'group operators' }] });
  });

  it('tries documents that are nobody’s', async () => {
    const policyDocuments = [documentOf(allow('tat:*')), documentOf(allow('cos:*'), deny('tat:RunCommand'))];
    const [found] = (await analysis().simulatePolicy({ policyDocuments, ...RUN })).results;
    expect(found).toMatchObject({
      outcome: Outcome.EXPLICIT_DENY,
      reason: 'denied by statement 1 of document 2',
      matched: [
        { policyId: '0', policyName: 'document 2', statementIndex: 1, line: 10, via: 'document' },
        { policyId: '0', policyName: 'document 1', statementIndex: 0, line: 4 },
      ],
    });
  });

  it('says what a draft would change for somebody', async () => {
    const { uin } = await fixture.user([allow('tat:*')]);
    const [policy] = (await fixture.iam().listAttachedUserPolicies({ targetUin: uin })).list;
    const drafts = [{ policyId: policy!.policyId, policyDocument: documentOf(allow('tat:*'), deny('tat:RunCommand')) }];
    const actions = ['tat:RunCommand', 'tat:DeleteCommand'];
    const { results } = await analysis().simulatePolicy({ subject: user(uin), ...RUN, actions, drafts });
    expect(results).toMatchObject([
      { before: Outcome.ALLOWED, outcome: Outcome.EXPLICIT_DENY, matched: [{ via: 'draft', version: 2 }, {}] },
      { before: Outcome.ALLOWED, outcome: Outcome.ALLOWED },
    ]);
    const changed = await analysis().simulatePolicy({ subject: user(uin), drafts, changesOnly: true });
    expect(changed.results.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      `tat:RunCommand qcs::tat:ap-guangzhou:uin/${ROOT_UIN}:command/*`,
      `tat:RunCommand qcs::cvm:ap-guangzhou:uin/${ROOT_UIN}:instance/*`,
      `tat:RunCommand qcs::lighthouse:ap-guangzhou:uin/${ROOT_UIN}:instance/*`,
      `tat:RunCommand qcs::tat:ap-guangzhou:uin/${ROOT_UIN}:register-instance/*`,
    ]);
    expect((await fixture.iam().getPolicy({ policyId: policy!.policyId })).policy).toMatchObject({ version: 1 });
  });

  it('says what one more policy would give, and what a policy alone would change for whoever has it', async () => {
    const { uin } = await fixture.user();
    const added = { policyId: '0', policyDocument: documentOf(allow('tat:CreateCommand', '*', OFFICE)) };
    const { results } = await analysis().simulatePolicy({ subject: user(uin), drafts: [added], changesOnly: true });
    expect(results).toMatchObject([
      {
        action: 'tat:CreateCommand',
        before: Outcome.IMPLICIT_DENY,
        outcome: Outcome.ALLOWED,
        reason: expect.stringMatching(
          /^when the call came from 10\.0\.0\.0: allowed by statement 0 of the draft of `new policy`/,
        ),
      },
    ]);
    const policyId = await fixture.policy([allow('tat:CreateCommand')]);
    const drafts = [{ policyId, policyDocument: documentOf(allow('tat:CloneCommands')) }];
    const alone = await analysis().simulatePolicy({ drafts, changesOnly: true });
    expect(alone.results).toMatchObject([
      { action: 'tat:CloneCommands', before: Outcome.IMPLICIT_DENY, outcome: Outcome.ALLOWED },
      { action: 'tat:CreateCommand', before: Outcome.ALLOWED, outcome: Outcome.IMPLICIT_DENY },
    ]);
  });

  it('needs a right to whom it is about, to each policy that a draft replaces, and for documents alone to all', async () => {
    const other = await fixture.user();
    const policyId = await fixture.policy([allow('tat:*')]);
    const policyDocument = documentOf(allow('tat:*'));
    const about = { subject: user(other.uin), drafts: [{ policyId, policyDocument }], ...RUN };
    const half = await fixture.user([allow('cam:SimulatePolicy', `qcs::cam:::uin/${other.uin}`)]);
    expect(await refusalOf(analysis(half.token).simulatePolicy(about))).toMatchObject({ kind: 'denied' });
    expect((await analysis(half.token).simulatePolicy({ ...about, drafts: [] })).results).toHaveLength(1);
    const resources = [`qcs::cam:::uin/${other.uin}`, `qcs::cam:::policyid/${policyId}`];
    const whole = await fixture.user([allow('cam:SimulatePolicy', resources)]);
    expect((await analysis(whole.token).simulatePolicy(about)).results).toHaveLength(1);
    const documents = { policyDocuments: [policyDocument], ...RUN };
    expect(await refusalOf(analysis(whole.token).simulatePolicy(documents))).toMatchObject({
      kind: 'denied',
      details: { resource: '*' },
    });
  });

  const someDocument = documentOf(allow('tat:*'));
  it.each([
    ['ResourceNotFound.UserNotExist', { subject: user('999'), ...RUN }],
    ['ResourceNotFound.UserNotExist', { subject: { kind: SubjectKind.USER, name: 'nobody' }, ...RUN }],
    ['ResourceNotFound.RoleNotFound', { subject: { kind: SubjectKind.ROLE, id: '999' }, ...RUN }],
    ['ResourceNotFound.GroupNotExist', { subject: { kind: SubjectKind.GROUP, name: 'nobody' }, ...RUN }],
    [
      'ResourceNotFound.PolicyIdNotFound',
      { drafts: [{ policyId: '999', policyDocument: someDocument }], changesOnly: true },
    ],
    [
      'InvalidParameter.PolicyIdError',
      { drafts: [{ policyId: '900000001', policyDocument: someDocument }], changesOnly: true },
    ],
    ['InvalidParameter.EffectError', { policyDocuments: [documentOf({ ...allow('tat:*'), effect: 'Allow' })], ...RUN }],
    ['InvalidParameter.ActionNotExist', { policyDocuments: [someDocument], ...RUN, actions: ['tat:Run'] }],
    ['InvalidParameter.ActionError', { policyDocuments: [someDocument], ...RUN, actions: ['tat:*'] }],
    ['InvalidParameterValue.LimitExceeded', { policyDocuments: [someDocument], ...RUN, actions: [] }],
    [
      'InvalidParameterValue.LimitExceeded',
      { policyDocuments: [someDocument], ...RUN, actions: Array(51).fill('tat:RunCommand') },
    ],
    ['InvalidParameterValue.LimitExceeded', { policyDocuments: [someDocument], ...RUN, resources: [] }],
    ['InvalidParameterValue.LimitExceeded', { policyDocuments: Array(11).fill(someDocument), ...RUN }],
    ['InvalidParameter', { subject: user(ROOT_UIN), policyDocuments: [someDocument], ...RUN }],
    ['InvalidParameter', { drafts: Array(2).fill({ policyId: '1', policyDocument: someDocument }), changesOnly: true }],
    ['InvalidParameter.ParamError', { subject: user('1:2'), ...RUN }],
    [
      'InvalidParameterValue',
      { policyDocuments: [someDocument], ...RUN, requestContext: [{ key: 'qcs:uin', values: ['1'] }] },
    ],
    ['MissingParameter', { subject: { kind: SubjectKind.USER }, ...RUN }],
    ['MissingParameter', { subject: { id: '1' }, ...RUN }],
    ['MissingParameter', { ...RUN }],
    ['MissingParameter', { policyDocuments: [someDocument], changesOnly: true }],
  ])('refuses with %s %j', async (reason, request) => {
    expect((await refusalOf(analysis().simulatePolicy(request))).reason).toBe(reason);
  });
});
