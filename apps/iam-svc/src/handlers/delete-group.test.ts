import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DeleteGroup', () => {
  it('ends what the group gave with the next call; its members stay', async () => {
    const { uin, token, name } = await fixture.user();
    const policyId = await fixture.policy([allow('cam:ListUsers')]);
    const { groupId } = await fixture.groups().createGroup({ groupName: 'giving', tags: [{ key: 'a', value: 'b' }] });
    await fixture.groups().attachGroupPolicy({ policyId, attachGroupId: groupId });
    await fixture.groups().addUserToGroup({ info: [{ groupId, uin }] });
    const seen = async () => (await fixture.iam(token).listUsers({})).data.length;
    expect(await seen()).toBe(1);
    await fixture.groups().deleteGroup({ groupId });
    expect(await seen()).toBe(0);
    expect((await fixture.iam().getUser({ name })).user).toMatchObject({ uin });
    expect(await fixture.policies().listEntitiesForPolicy({ policyId })).toMatchObject({ totalNum: 0 });
    const left = await fixture.inStore(async (db) => [
      ...(await db.selectFrom('tag').selectAll().execute()),
      ...(await db.selectFrom('group_member').selectAll().execute()),
      ...(await db.selectFrom('attachment').selectAll().execute()),
    ]);
    expect(left).toEqual([]);
  });

  it('is decided on the group that it names', async () => {
    const make = async (groupName: string) => (await fixture.groups().createGroup({ groupName })).groupId;
    const [mine, other] = [await make('mine'), await make('other')];
    const { token } = await fixture.user([allow('cam:DeleteGroup', `qcs::cam:::groupid/${mine}`)]);
    expect(await refusalOf(fixture.groups(token).deleteGroup({ groupId: other }))).toMatchObject({ kind: 'denied' });
    await fixture.groups(token).deleteGroup({ groupId: mine });
  });

  it.each([
    ['MissingParameter', '0'],
    ['ResourceNotFound.GroupNotExist', '999'],
  ])('refuses with %s the number %s', async (reason, groupId) => {
    expect((await refusalOf(fixture.groups().deleteGroup({ groupId }))).reason).toBe(reason);
  });
});
