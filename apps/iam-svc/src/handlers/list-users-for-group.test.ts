import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListUsersForGroup', () => {
  it('lists members in the order in which they joined, page by page', async () => {
    const { groupId } = await fixture.groups().createGroup({ groupName: 'listed' });
    const uins: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { uin } = await fixture.user();
      fixture.clock.ms += 1_000;
      await fixture.groups().addUserToGroup({ info: [{ groupId, uin }] });
      uins.push(uin);
    }
    const reader = await fixture.user([allow('cam:ListUsersForGroup', `qcs::cam:::groupid/${groupId}`)]);
    const list = async (page: object) => {
      const answer = await fixture.groups(reader.token).listUsersForGroup({ groupId, ...page });
      expect(answer.totalNum).toBe(3);
      return answer.userInfo.map(({ uin }) => uin);
    };
    expect(await list({})).toEqual(uins);
    expect(await list({ rp: 2, page: 2 })).toEqual([uins[2]]);
    expect(await list({ rp: 2, page: 3 })).toEqual([]);
  });

  it.each([
    ['MissingParameter', {}],
    ['ResourceNotFound.GroupNotExist', { groupId: '999' }],
    ['InvalidParameterValue.Range', { groupId: '1', rp: 201 }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.groups().listUsersForGroup(request))).reason).toBe(reason);
  });
});
