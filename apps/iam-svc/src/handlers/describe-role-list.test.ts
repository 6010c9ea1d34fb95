import { RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';
import { makeRole, OWN_ACCOUNT } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const roles = (token = fixture.root.token) => fixture.client(RoleService, token);

describe('DescribeRoleList', () => {
  it('lists oldest first, in pages, by a part of the name', async () => {
    for (const roleName of ['Web-1', 'web-2', 'db']) {
      fixture.clock.ms += 1_000;
      await makeRole(fixture, [], { roleName, tags: [{ key: 'name', value: roleName }] });
    }
    const { totalNum, list } = await roles().describeRoleList({ keyword: 'WEB' });
    expect([totalNum, ...list.map(({ roleName }) => roleName)]).toEqual([2, 'Web-1', 'web-2']);
    const second = await roles().describeRoleList({ rp: 1, page: 2 });
    expect(second).toMatchObject({
      totalNum: 3,
      list: [{ roleName: 'web-2', tags: [{ key: 'name', value: 'web-2' }], policyDocument: OWN_ACCOUNT }],
    });
    const tagged = async (...tags: { key: string; value: string }[]) =>
      (await roles().describeRoleList({ tags })).list.map(({ roleName }) => roleName);
    expect(await tagged({ key: 'name', value: 'db' })).toEqual(['db']);
    expect(await tagged({ key: 'name', value: 'db' }, { key: 'team', value: 'ops' })).toEqual([]);
    expect((await refusalOf(roles().describeRoleList({ rp: 201 }))).reason).toBe('InvalidParameterValue.Range');
  });

  it('leaves out what the caller may not see', async () => {
    const [seen, byTag] = [await makeRole(fixture), await makeRole(fixture, [], { tags: [{ key: 'k', value: 'v' }] })];
    const hidden = await makeRole(fixture);
    const { token } = await fixture.user(
      [allow('cam:DescribeRoleList', `qcs::cam:::roleName/${seen.roleName}`)],
      [allow('cam:DescribeRoleList', '*', { 'for_any_value:string_equal': { 'qcs:resource_tag': 'k&v' } })],
      [{ ...allow('cam:DescribeRoleList', `qcs::cam:::roleName/${hidden.roleName}`), effect: 'deny' }],
    );
    const { totalNum, list } = await roles(token).describeRoleList({});
    expect(totalNum).toBe(2);
    expect(list.map(({ roleId }) => roleId)).toEqual([seen.roleId, byTag.roleId]);
    expect(await roles((await fixture.user()).token).describeRoleList({})).toMatchObject({ totalNum: 0, list: [] });
  });
});
