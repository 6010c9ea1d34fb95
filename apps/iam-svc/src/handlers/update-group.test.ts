import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('UpdateGroup', () => {
  it('changes what is given and keeps the rest', async () => {
    const { groupId } = await fixture.groups().createGroup({ groupName: 'before', remark: 'kept' });
    const read = async () => (await fixture.groups().getGroup({ groupId })).group;
    await fixture.groups().updateGroup({ groupId, groupName: 'after' });
    expect(await read()).toMatchObject({ groupName: 'after', remark: 'kept' });
    await fixture.groups().updateGroup({ groupId, remark: '' });
    expect(await read()).toMatchObject({ groupName: 'after', remark: '' });
    // its own name is not in its way
    await fixture.groups().updateGroup({ groupId, groupName: 'after', remark: 'new' });
    expect(await read()).toMatchObject({ groupName: 'after', remark: 'new' });
  });

  it('refuses a name that another group has', async () => {
    await fixture.groups().createGroup({ groupName: 'taken' });
    const { groupId } = await fixture.groups().createGroup({ groupName: 'mine' });
    expect(await refusalOf(fixture.groups().updateGroup({ groupId, groupName: 'taken' }))).toMatchObject({
      kind: 'conflict',
      reason: 'InvalidParameter.GroupNameInUse',
    });
  });

  it('goes by the tags of the group', async () => {
    const make = (groupName: string, value: string) =>
      fixture.groups().createGroup({ groupName, tags: [{ key: 'env', value }] });
    const [test, prod] = [await make('of-test', 'test'), await make('of-prod', 'prod')];
    const { token } = await fixture.user([
      allow('cam:UpdateGroup', '*', { string_equal: { 'qcs:resource_tag/env': 'test' } }),
    ]);
    await fixture.groups(token).updateGroup({ groupId: test.groupId, remark: 'mine' });
    expect(await refusalOf(fixture.groups(token).updateGroup({ groupId: prod.groupId, remark: 'mine' }))).toMatchObject(
      { kind: 'denied', details: { action: 'cam:UpdateGroup' } },
    );
  });

  it.each([
    ['MissingParameter', { groupName: 'x' }],
    ['MissingParameter', { groupId: '1' }],
    ['ResourceNotFound.GroupNotExist', { groupId: '999', groupName: 'x' }],
    ['InvalidParameter.ParamError', { groupId: '1', groupName: 'no blanks' }],
    ['InvalidParameter.ParamError', { groupId: '1', remark: 'x'.repeat(1_025) }],
  ])('refuses with %s case %#', async (reason, request) => {
    expect((await refusalOf(fixture.groups().updateGroup(request))).reason).toBe(reason);
  });
});
