import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { addOtherAccount, OTHER, RECIPIENT_UIN } from '../../tests/other-account.ts';

let fixture: Fixture;
let serial = 0;
beforeAll(async () => {
  fixture = await startFixture();
  await addOtherAccount(fixture);
});
afterAll(() => fixture[Symbol.asyncDispose]());

type Tag = { key: string; value: string };
const ops: Tag = { key: 'team', value: 'ops' };
const tag = (resourceList: string[], tags: Tag[] = [ops], token?: string) =>
  fixture.iam(token).tagResources({ resourceList, tags });
const newGroup = async (tags: Tag[] = []) => {
  const { groupId } = await fixture.groups().createGroup({ groupName: `g${serial++}`, tags });
  return { groupId, name: `qcs::cam:::groupid/${groupId}` };
};
const tagsOf = async (groupId: string) =>
  Object.fromEntries((await fixture.groups().getGroup({ groupId })).group!.tags.map(({ key, value }) => [key, value]));

describe('TagResources', () => {
  it('tags users, collaborators, groups, roles and policies; a key that is there gets the new value', async () => {
    const user = await fixture.user();
    const policyId = await fixture.policy([allow('tat:*')]);
    const { groupId, name } = await newGroup([
      { key: 'team', value: 'dev' },
      { key: 'env', value: 'test' },
    ]);
    await fixture.inStore((db) =>
      db
        .insertInto('role')
        .values({
          ...{ role_id: '72', account_uin: ROOT_UIN, name: 'tagged', description: '', trust_document: '{}' },
          ...{ session_seconds: 1, created_at: 0, updated_at: 0 },
        })
        .execute(),
    );
    await tag([
      name,
      `qcs::cam::uin/${ROOT_UIN}:uin/${user.uin}`,
      `qcs::cam:::uin/${OTHER.accountUin}`,
      `qcs::cam:::policyid/${policyId}`,
      'qcs::cam:::role/72',
      name,
    ]);
    expect(await tagsOf(groupId)).toEqual({ team: 'ops', env: 'test' });
    expect((await fixture.iam().getUser({ name: user.name })).user).toMatchObject({ tags: [ops] });
    expect((await fixture.iam().getPolicy({ policyId })).policy).toMatchObject({ tags: [ops] });
    const stored = await fixture.inStore((db) =>
      db
        .selectFrom('tag')
        .select(['resource_kind', 'resource_id'])
        .where('resource_id', 'in', ['72', OTHER.accountUin])
        .execute(),
    );
    expect(stored).toEqual([
      { resource_kind: 'role', resource_id: '72' },
      { resource_kind: 'user', resource_id: OTHER.accountUin },
    ]);
  });

  it('is decided on each resource with its tags, and by the new ones', async () => {
    const [mine, other] = [await newGroup([ops]), await newGroup()];
    const { token } = await fixture.user([
      allow('cam:TagResources', '*', {
        string_equal: { 'qcs:resource_tag/team': 'ops' },
        'for_all_value:string_equal': { 'qcs:request_tag': ['env&test', 'env&dev'] },
      }),
    ]);
    expect(await refusalOf(tag([mine.name], [{ key: 'env', value: 'prod' }], token))).toMatchObject({ kind: 'denied' });
    expect(await refusalOf(tag([mine.name, other.name], [{ key: 'env', value: 'dev' }], token))).toMatchObject({
      kind: 'denied',
      details: { action: 'cam:TagResources' },
    });
    expect(await tagsOf(mine.groupId)).toEqual({ team: 'ops' });
    await tag([mine.name], [{ key: 'env', value: 'dev' }], token);
    expect(await tagsOf(mine.groupId)).toEqual({ team: 'ops', env: 'dev' });
  });

  it('tags all or none', async () => {
    const { groupId, name } = await newGroup();
    for (const [reason, bad] of [
      ['ResourceNotFound.GroupNotExist', 'qcs::cam:::groupid/999'],
      ['ResourceNotFound.UserNotExist', 'qcs::cam:::uin/999'],
      ['ResourceNotFound.UserNotExist', `qcs::cam:::uin/${RECIPIENT_UIN}`],
      ['ResourceNotFound.UserNotExist', `qcs::cam:::uin/${ROOT_UIN}`],
      ['ResourceNotFound.RoleNotFound', 'qcs::cam:::role/999'],
      ['ResourceNotFound.PolicyIdNotFound', 'qcs::cam:::policyid/999'],
      ['InvalidParameter.PolicyIdError', 'qcs::cam:::policyid/900000001'],
      ['InvalidParameter.ResourceError', `qcs::cam::uin/${OTHER.accountUin}:uin/${OTHER.uin}`],
      ['InvalidParameter.ResourceError', 'qcs::cam::uin/200000000009:uin/1'],
      ['InvalidParameter.ResourceError', 'qcs::tat:ap-guangzhou::command/cmd-aaaaaaaa'],
      ['InvalidParameter.ResourceError', '*'],
    ] as const) {
      expect((await refusalOf(tag([name, bad]))).reason, bad).toBe(reason);
      expect(await tagsOf(groupId)).toEqual({});
    }
  });

  it('takes 1 to 50 resources and 1 to 50 tags', async () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `qcs::cam:::groupid/${9_000 + i}`);
    const tags = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: 'v' }));
    expect((await refusalOf(tag(names(50), tags(50)))).reason).toBe('ResourceNotFound.GroupNotExist');
    expect((await refusalOf(tag(names(51)))).reason).toBe('InvalidParameterValue.LimitExceeded');
    expect((await refusalOf(tag([]))).reason).toBe('InvalidParameterValue.LimitExceeded');
    expect((await refusalOf(tag(names(1), tags(51)))).reason).toBe('InvalidParameterValue.LimitExceeded');
    expect((await refusalOf(tag(names(1), []))).reason).toBe('MissingParameter');
    expect((await refusalOf(tag(names(1), [{ key: 'qcs:team', value: 'ops' }]))).reason).toBe('InvalidParameterValue');
  });

  it('gives a resource 50 tags and not one more', async () => {
    const tags = (count: number, prefix: string) =>
      Array.from({ length: count }, (_, i) => ({ key: `${prefix}${i}`, value: 'v' }));
    const { groupId, name } = await newGroup(tags(20, 'a'));
    const empty = await newGroup();
    expect(await refusalOf(tag([empty.name, name], tags(31, 'b')))).toMatchObject({
      kind: 'exhausted',
      reason: 'FailedOperation.TagResourceFailed',
    });
    expect(await tagsOf(empty.groupId)).toEqual({});
    await tag([name], tags(30, 'b'));
    await tag([name], tags(20, 'a'));
    expect(Object.keys(await tagsOf(groupId))).toHaveLength(50);
    expect((await refusalOf(tag([name]))).reason).toBe('FailedOperation.TagResourceFailed');
  });
});
