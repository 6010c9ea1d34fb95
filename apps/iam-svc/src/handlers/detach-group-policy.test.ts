import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DetachGroupPolicy', () => {
  it('takes what the policy gave from the members with the next call; the second time nothing changes', async () => {
    const { groupId } = await fixture.groups().createGroup({ groupName: 'g' });
    const { uin, token } = await fixture.user();
    await fixture.groups().addUserToGroup({ info: [{ groupId, uin }] });
    const policyId = await fixture.policy([allow('cam:ListUsers')]);
    await fixture.groups().attachGroupPolicy({ policyId, attachGroupId: groupId });
    const seen = async () => (await fixture.iam(token).listUsers({})).data.length > 0;
    expect(await seen()).toBe(true);
    await fixture.groups().detachGroupPolicy({ policyId, detachGroupId: groupId });
    expect(await seen()).toBe(false);
    await fixture.groups().detachGroupPolicy({ policyId, detachGroupId: groupId });
  });

  it.each([
    ['MissingParameter', { policyId: '1' }],
    ['MissingParameter', { detachGroupId: '1' }],
    ['ResourceNotFound.PolicyIdNotFound', { policyId: '999', detachGroupId: '1' }],
    ['ResourceNotFound.GroupNotExist', { policyId: '900000001', detachGroupId: '999' }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.groups().detachGroupPolicy(request))).reason).toBe(reason);
  });
});
