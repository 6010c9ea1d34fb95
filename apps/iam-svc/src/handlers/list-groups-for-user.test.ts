import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListGroupsForUser', () => {
  it('lists the groups that a user is in, oldest first, page by page', async () => {
    const { uin } = await fixture.user();
    const ids: string[] = [];
    for (const groupName of ['a', 'b', 'c']) ids.push((await fixture.groups().createGroup({ groupName })).groupId);
    await fixture.groups().createGroup({ groupName: 'without' });
    await fixture.groups().addUserToGroup({ info: ids.toReversed().map((groupId) => ({ groupId, uin })) });
    const reader = await fixture.user([allow('cam:ListGroupsForUser', `qcs::cam:::uin/${uin}`)]);
    const list = async (page: object) => {
      const answer = await fixture.groups(reader.token).listGroupsForUser({ uin, ...page });
      expect(answer.totalNum).toBe(3);
      return answer.groupInfo.map(({ groupId, userCount }) => [groupId, userCount]);
    };
    expect(await list({})).toEqual(ids.map((id) => [id, 1]));
    expect(await list({ rp: 2, page: 2 })).toEqual([[ids[2], 1]]);
  });

  it.each([
    ['MissingParameter', {}],
    ['ResourceNotFound.UserNotExist', { uin: '999' }],
    ['ResourceNotFound.UserNotExist', { uin: ROOT_UIN }],
    ['InvalidParameterValue.Range', { uin: '999', page: 0 }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.groups().listGroupsForUser(request))).reason).toBe(reason);
  });
});
