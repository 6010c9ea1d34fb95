import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
let groupId: string;
beforeAll(async () => {
  fixture = await startFixture();
  groupId = (await fixture.groups().createGroup({ groupName: 'g' })).groupId;
});
afterAll(() => fixture[Symbol.asyncDispose]());

const members = async () => (await fixture.groups().getGroup({ groupId })).userInfo.map(({ uin }) => uin);

describe('RemoveUserFromGroup', () => {
  it('takes from users what the group gave them, with the next call', async () => {
    const policyId = await fixture.policy([allow('cam:ListUsers')]);
    await fixture.groups().attachGroupPolicy({ policyId, attachGroupId: groupId });
    const { uin, token } = await fixture.user();
    await fixture.groups().addUserToGroup({ info: [{ groupId, uin }] });
    const seen = async () => (await fixture.iam(token).listUsers({})).data.length > 0;
    expect(await seen()).toBe(true);
    await fixture.groups().removeUserFromGroup({ info: [{ groupId, uin }] });
    expect(await seen()).toBe(false);
    // once more changes nothing
    await fixture.groups().removeUserFromGroup({ info: [{ groupId, uin }] });
  });

  it('removes all or none, and needs a right to every group and user', async () => {
    const { uin } = await fixture.user();
    await fixture.groups().addUserToGroup({ info: [{ groupId, uin }] });
    const remove = (info: { groupId: string; uin: string }[], token?: string) =>
      fixture.groups(token).removeUserFromGroup({ info });
    for (const [reason, bad] of [
      ['ResourceNotFound.GroupNotExist', { groupId: '999', uin }],
      ['ResourceNotFound.UserNotExist', { groupId, uin: '999' }],
    ] as const) {
      expect((await refusalOf(remove([{ groupId, uin }, bad]))).reason).toBe(reason);
    }
    expect((await refusalOf(remove([]))).reason).toBe('InvalidParameterValue.LimitExceeded');
    const half = await fixture.user([allow('cam:RemoveUserFromGroup', `qcs::cam:::groupid/${groupId}`)]);
    expect(await refusalOf(remove([{ groupId, uin }], half.token))).toMatchObject({ kind: 'denied' });
    expect(await members()).toContain(uin);
    await remove([{ groupId, uin }]);
    expect(await members()).not.toContain(uin);
  });
});
