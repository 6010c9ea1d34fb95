import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const create = (groupName: string, rest: { remark?: string; tags?: { key: string; value: string }[] } = {}) =>
  fixture.groups().createGroup({ groupName, ...rest });

describe('CreateGroup', () => {
  it('makes a group without members, with its remark and tags', async () => {
    const tags = [{ key: 'team', value: 'ops' }];
    const { groupId } = await create('operators', { remark: '运维', tags });
    expect(await fixture.groups().getGroup({ groupId })).toMatchObject({
      group: { groupId, groupName: 'operators', remark: '运维', userCount: 0, tags },
      userInfo: [],
    });
  });

  it('never gives a number again', async () => {
    const { groupId } = await create('short-lived');
    await fixture.groups().deleteGroup({ groupId });
    expect(Number((await create('short-lived')).groupId)).toBeGreaterThan(Number(groupId));
  });

  it('takes a name of 64 characters and a remark of 1,024, and not one more', async () => {
    await create('x'.repeat(64), { remark: 'x'.repeat(1_024) });
    for (const [name, remark] of [
      ['x'.repeat(65), ''],
      ['no blanks', ''],
      ['', ''],
      ['fine', 'x'.repeat(1_025)],
    ] as const) {
      expect((await refusalOf(create(name, { remark }))).reason).toBe('InvalidParameter.ParamError');
    }
  });

  it('refuses a name that is in use and tags that may not be', async () => {
    await create('taken');
    expect(await refusalOf(create('taken'))).toMatchObject({
      kind: 'conflict',
      reason: 'InvalidParameter.GroupNameInUse',
    });
    expect(await refusalOf(create('tagged', { tags: [{ key: 'project:x', value: 'y' }] }))).toMatchObject({
      details: { field: 'Tags.Key' },
    });
  });

  it('is decided once for all groups, by the tags that a group would get', async () => {
    const onTeam = { string_equal: { 'qcs:request_tag/team': 'ops' } };
    const { token } = await fixture.user([allow('cam:CreateGroup', '*', onTeam)]);
    const groups = fixture.groups(token);
    await groups.createGroup({ groupName: 'of-ops', tags: [{ key: 'team', value: 'ops' }] });
    expect(await refusalOf(groups.createGroup({ groupName: 'of-none' }))).toMatchObject({ kind: 'denied' });
  });

  it('makes 300 groups and not one more', async () => {
    await fixture.inStore(async (db) => {
      const { count } = await db
        .selectFrom('user_group')
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      const rows = Array.from({ length: 299 - count }, (_, i) => ({
        group_id: 10_000 + i,
        account_uin: ROOT_UIN,
        name: `many${i}`,
        remark: '',
        created_at: 0,
      }));
      await db.insertInto('user_group').values(rows).execute();
    });
    await create('the-last');
    expect(await refusalOf(create('too-many'))).toMatchObject({
      kind: 'exhausted',
      reason: 'InvalidParameter.GroupFull',
      message: 'an account may have 300 groups, and there are 300',
    });
  });
});
