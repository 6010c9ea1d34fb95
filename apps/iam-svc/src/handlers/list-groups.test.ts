import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
let ids: string[];
beforeAll(async () => {
  fixture = await startFixture();
  ids = [];
  for (let i = 0; i < 23; i++) {
    const tags = [{ key: 'env', value: i % 2 === 0 ? 'test' : 'prod' }];
    ids.push((await fixture.groups().createGroup({ groupName: `Group${i}`, tags })).groupId);
  }
});
afterAll(() => fixture[Symbol.asyncDispose]());

const list = async (request: { rp?: number; page?: number; keyword?: string }, token?: string) => {
  const { totalNum, groupInfo } = await fixture.groups(token).listGroups(request);
  return { totalNum, ids: groupInfo.map(({ groupId }) => groupId) };
};

describe('ListGroups', () => {
  it('lists groups oldest first, page by page', async () => {
    expect(await list({})).toEqual({ totalNum: 23, ids: ids.slice(0, 20) });
    expect(await list({ rp: 10, page: 3 })).toEqual({ totalNum: 23, ids: ids.slice(20) });
    expect(await list({ rp: 200 })).toEqual({ totalNum: 23, ids });
    for (const bad of [{ rp: 201 }, { rp: 0 }, { page: 0 }]) {
      expect((await refusalOf(fixture.groups().listGroups(bad))).reason).toBe('InvalidParameterValue.Range');
    }
  });

  it('finds names without case, and shows tags and numbers of members', async () => {
    expect(await list({ keyword: 'gROUP1' })).toEqual({ totalNum: 11, ids: [ids[1], ...ids.slice(10, 20)] });
    const { uin } = await fixture.user();
    await fixture.groups().addUserToGroup({ info: [{ groupId: ids[22]!, uin }] });
    expect((await fixture.groups().listGroups({ keyword: 'Group22' })).groupInfo).toMatchObject([
      { userCount: 1, tags: [{ key: 'env', value: 'test' }] },
    ]);
  });

  it('counts and shows only what the caller may see, also by tags', async () => {
    const one = await fixture.user([allow('cam:ListGroups', `qcs::cam:::groupid/${ids[3]}`)]);
    expect(await list({}, one.token)).toEqual({ totalNum: 1, ids: [ids[3]] });
    const onTest = { 'for_any_value:string_equal': { 'qcs:resource_tag': ['env&test'] } };
    const tester = await fixture.user([allow('cam:ListGroups', '*', onTest)]);
    expect(await list({ rp: 5, page: 2 }, tester.token)).toEqual({
      totalNum: 12,
      ids: [10, 12, 14, 16, 18].map((i) => ids[i]),
    });
    expect(await list({}, (await fixture.user()).token)).toEqual({ totalNum: 0, ids: [] });
  });
});
