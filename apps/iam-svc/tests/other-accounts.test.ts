import { GroupService, IamService, PolicyService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from './fixture.ts';
import { addOtherAccount, OTHER } from './other-account.ts';

let fixture: Fixture;
let own: { uin: string; policyId: string; groupId: string };
beforeAll(async () => {
  fixture = await startFixture();
  await addOtherAccount(fixture);
  const { uin } = await fixture.user();
  const policyId = await fixture.policy([allow('tat:*')]);
  own = { uin, policyId, groupId: (await fixture.groups().createGroup({ groupName: 'own' })).groupId };
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** What nobody has ever had. */
const UNKNOWN = { uin: '299999999999', policyId: '59999', groupId: '69999', roleId: '79999' };
type Ids = Record<'uin' | 'policyId' | 'groupId' | 'roleId', string>;
const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('tat:*')] });

/** Every way to name a user, policy, group or role of these services; one id of the request is put to the test. */
const CASES: [
  service: typeof GroupService | typeof PolicyService | typeof IamService,
  method: string,
  request: (ids: Ids, ours: typeof own) => object,
][] = [
  [GroupService, 'getGroup', ({ groupId }) => ({ groupId })],
  [GroupService, 'updateGroup', ({ groupId }) => ({ groupId, remark: 'x' })],
  [GroupService, 'deleteGroup', ({ groupId }) => ({ groupId })],
  [GroupService, 'listGroupsForUser', ({ uin }) => ({ uin })],
  [GroupService, 'listUsersForGroup', ({ groupId }) => ({ groupId })],
  [GroupService, 'addUserToGroup', ({ groupId }, { uin }) => ({ info: [{ groupId, uin }] })],
  [GroupService, 'addUserToGroup', ({ uin }, { groupId }) => ({ info: [{ groupId, uin }] })],
  [GroupService, 'removeUserFromGroup', ({ groupId }, { uin }) => ({ info: [{ groupId, uin }] })],
  [GroupService, 'removeUserFromGroup', ({ uin }, { groupId }) => ({ info: [{ groupId, uin }] })],
  [GroupService, 'attachGroupPolicy', ({ groupId }, { policyId }) => ({ attachGroupId: groupId, policyId })],
  [GroupService, 'attachGroupPolicy', ({ policyId }, { groupId }) => ({ attachGroupId: groupId, policyId })],
  [GroupService, 'detachGroupPolicy', ({ groupId }, { policyId }) => ({ detachGroupId: groupId, policyId })],
  [GroupService, 'detachGroupPolicy', ({ policyId }, { groupId }) => ({ detachGroupId: groupId, policyId })],
  [GroupService, 'listAttachedGroupPolicies', ({ groupId }) => ({ targetGroupId: groupId })],
  [PolicyService, 'createPolicyVersion', ({ policyId }) => ({ policyId, policyDocument })],
  [PolicyService, 'deletePolicyVersion', ({ policyId }) => ({ policyId, versionId: [1] })],
  [PolicyService, 'getPolicyVersion', ({ policyId }) => ({ policyId, versionId: 1 })],
  [PolicyService, 'listPolicyVersions', ({ policyId }) => ({ policyId })],
  [PolicyService, 'setDefaultPolicyVersion', ({ policyId }) => ({ policyId, versionId: 1 })],
  [PolicyService, 'listEntitiesForPolicy', ({ policyId }) => ({ policyId })],
  [PolicyService, 'listAttachedUserAllPolicies', ({ uin }) => ({ targetUin: uin })],
  [PolicyService, 'putUserPermissionsBoundary', ({ uin }, { policyId }) => ({ targetUin: uin, policyId })],
  [PolicyService, 'putUserPermissionsBoundary', ({ policyId }, { uin }) => ({ targetUin: uin, policyId })],
  [PolicyService, 'deleteUserPermissionsBoundary', ({ uin }) => ({ targetUin: uin })],
  [PolicyService, 'getUserPermissionBoundary', ({ uin }) => ({ targetUin: uin })],
  [IamService, 'getPolicy', ({ policyId }) => ({ policyId })],
  [IamService, 'updatePolicy', ({ policyId }) => ({ policyId, description: 'x' })],
  [IamService, 'deletePolicy', ({ policyId }) => ({ policyId: [policyId] })],
  [IamService, 'attachUserPolicy', ({ uin }, { policyId }) => ({ attachUin: uin, policyId })],
  [IamService, 'attachUserPolicy', ({ policyId }, { uin }) => ({ attachUin: uin, policyId })],
  [IamService, 'detachUserPolicy', ({ uin }, { policyId }) => ({ detachUin: uin, policyId })],
  [IamService, 'detachUserPolicy', ({ policyId }, { uin }) => ({ detachUin: uin, policyId })],
  [IamService, 'listAttachedUserPolicies', ({ uin }) => ({ targetUin: uin })],
  ...tagCases('tagResources', { tags: [{ key: 'team', value: 'ops' }] }),
  ...tagCases('untagResources', { tagKeys: ['team'] }),
];

function tagCases(method: string, rest: object): typeof CASES {
  const names: ((ids: Ids) => string)[] = [
    ({ uin }) => `qcs::cam:::uin/${uin}`,
    ({ groupId }) => `qcs::cam:::groupid/${groupId}`,
    ({ policyId }) => `qcs::cam:::policyid/${policyId}`,
    ({ roleId }) => `qcs::cam:::role/${roleId}`,
  ];
  return names.map((name) => [IamService, method, (ids: Ids) => ({ resourceList: [name(ids)], ...rest })]);
}

describe('the ids of another account are like those that nobody has', () => {
  /** Everything about a refusal but the ids and what is new with each call. */
  const outcome = async (
    [service, method, request]: (typeof CASES)[number],
    ids: Ids,
    token: string,
  ): Promise<unknown> => {
    const client = fixture.client(service, token) as unknown as Record<string, (request: object) => Promise<unknown>>;
    const { kind, reason, message, details } = await refusalOf(client[method]!(request(ids, own)));
    // decisions and requests first: their ids are by chance, and may hold any digits
    const neutral = (text: string) =>
      Object.values(ids).reduce(
        (rest, id) => rest.replaceAll(id, '<id>'),
        text.replaceAll(/(decision|request) [\w-]+/g, '$1'),
      );
    return { kind, reason, message: neutral(message), details: neutral(JSON.stringify(details)) };
  };

  it.each(CASES.map((one) => [one[1], one] as const))('for %s of root: %#', async (_, one) => {
    const foreign = await outcome(one, OTHER, fixture.root.token);
    expect(foreign).toMatchObject({ kind: 'not_found' });
    expect(foreign).toEqual(await outcome(one, UNKNOWN, fixture.root.token));
  });

  it.each(CASES.map((one) => [one[1], one] as const))('for %s of a user without rights: %#', async (_, one) => {
    const { token } = await fixture.user();
    const foreign = await outcome(one, OTHER, token);
    expect(foreign).toMatchObject({ kind: 'denied' });
    expect(foreign).toEqual(await outcome(one, UNKNOWN, token));
  });

  it('and its account is as it was', async () => {
    const revision = await fixture.inStore((db) =>
      db.selectFrom('account').select('revision').where('account_uin', '=', OTHER.accountUin).executeTakeFirst(),
    );
    expect(revision).toEqual({ revision: 0 });
  });

  it('and no list shows them', async () => {
    const ids = (list: readonly object[]) =>
      JSON.stringify(list, (_, value) => (typeof value === 'bigint' ? '' : value));
    const policies = ids((await fixture.iam().listPolicies({ rp: 200 })).list);
    const groups = ids((await fixture.groups().listGroups({ rp: 200 })).groupInfo);
    expect(policies).toContain(own.policyId);
    expect(policies).not.toContain(OTHER.policyId);
    expect(groups).toContain(`"${own.groupId}"`);
    expect(groups).not.toContain(OTHER.groupId);
  });
});
