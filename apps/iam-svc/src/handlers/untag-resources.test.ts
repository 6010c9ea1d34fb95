import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
let serial = 0;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const newGroup = async () => {
  const tags = [
    { key: 'team', value: 'ops' },
    { key: 'env', value: 'test' },
  ];
  const { groupId } = await fixture.groups().createGroup({ groupName: `g${serial++}`, tags });
  return { groupId, name: `qcs::cam:::groupid/${groupId}` };
};
const untag = (resourceList: string[], tagKeys: string[], token?: string) =>
  fixture.iam(token).untagResources({ resourceList, tagKeys });
const keysOf = async (groupId: string) =>
  (await fixture.groups().getGroup({ groupId })).group!.tags.map(({ key }) => key);

describe('UntagResources', () => {
  it('takes tags away; those that are not there are no fault', async () => {
    const { groupId, name } = await newGroup();
    await untag([name], ['team', 'not-there']);
    expect(await keysOf(groupId)).toEqual(['env']);
    await untag([name], ['team']);
  });

  it('is decided on each resource with the tags that it has, all or none', async () => {
    const [mine, other] = [await newGroup(), await newGroup()];
    await untag([other.name], ['team']);
    const { token } = await fixture.user([
      allow('cam:UntagResources', '*', { string_equal: { 'qcs:resource_tag/team': 'ops' } }),
    ]);
    expect(await refusalOf(untag([mine.name, other.name], ['env'], token))).toMatchObject({ kind: 'denied' });
    expect(await keysOf(mine.groupId)).toEqual(['env', 'team']);
    expect((await refusalOf(untag([mine.name, 'qcs::cam:::groupid/999'], ['env']))).reason).toBe(
      'ResourceNotFound.GroupNotExist',
    );
    expect(await keysOf(mine.groupId)).toEqual(['env', 'team']);
    await untag([mine.name], ['team', 'env'], token);
    expect(await keysOf(mine.groupId)).toEqual([]);
  });

  it('takes 1 to 50 keys', async () => {
    const { name } = await newGroup();
    const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`);
    await untag([name], keys(50));
    for (const count of [0, 51]) {
      expect((await refusalOf(untag([name], keys(count)))).reason).toBe('InvalidParameterValue.LimitExceeded');
    }
  });
});
