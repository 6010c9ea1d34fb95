import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('GetGroup', () => {
  it('shows a group and its members in the order in which they joined, to whom a policy lets see it', async () => {
    const [ann, bob] = [await fixture.user(), await fixture.user()];
    const { groupId } = await fixture.groups().createGroup({ groupName: 'shown' });
    for (const { uin } of [bob, ann]) {
      fixture.clock.ms += 1_000;
      await fixture.groups().addUserToGroup({ info: [{ groupId, uin }] });
    }
    const reader = await fixture.user([allow('cam:GetGroup', `qcs::cam:::groupid/${groupId}`)]);
    const { group, userInfo } = await fixture.groups(reader.token).getGroup({ groupId });
    expect(group).toMatchObject({ groupId, userCount: 2 });
    expect(userInfo.map(({ uin, name, active }) => ({ uin, name, active }))).toEqual([
      { uin: bob.uin, name: bob.name, active: true },
      { uin: ann.uin, name: ann.name, active: true },
    ]);
    const other = await fixture.groups().createGroup({ groupName: 'other' });
    expect(await refusalOf(fixture.groups(reader.token).getGroup({ groupId: other.groupId }))).toMatchObject({
      kind: 'denied',
    });
  });

  it.each([
    ['MissingParameter', '0'],
    ['ResourceNotFound.GroupNotExist', '999'],
    ['ResourceNotFound.GroupNotExist', '18446744073709551615'],
  ])('refuses with %s the number %s', async (reason, groupId) => {
    expect((await refusalOf(fixture.groups().getGroup({ groupId }))).reason).toBe(reason);
  });
});
