import { RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';
import { makeRole } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const roles = (token = fixture.root.token) => fixture.client(RoleService, token);

const tag = (key: string, value = 'v') => ({ key, value });
const tagsOf = async (roleId: string) =>
  (await roles().getRole({ roleId })).roleInfo!.tags.map(({ key, value }) => `${key}=${value}`);

describe('TagRole', () => {
  it('adds tags and gives keys that are there the new value', async () => {
    const { roleId, roleName } = await makeRole(fixture, [], { tags: [tag('a', 'old'), tag('b')] });
    await roles().tagRole({ roleName, tags: [tag('a', 'new'), tag('c')] });
    expect(await tagsOf(roleId)).toEqual(['a=new', 'b=v', 'c=v']);
  });

  it('leaves room for 50 and not one more', async () => {
    const { roleId } = await makeRole(fixture);
    const many = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => tag(`${prefix}${i}`));
    await roles().tagRole({ roleId, tags: many(49, 'a') });
    await roles().tagRole({ roleId, tags: [tag('last'), tag('a0', 'again')] });
    expect(await refusalOf(roles().tagRole({ roleId, tags: [tag('more')] }))).toMatchObject({
      kind: 'exhausted',
      reason: 'FailedOperation.TagResourceFailed',
    });
  });

  it('is decided with the tags of the request and those of the role', async () => {
    const { roleId } = await makeRole(fixture, [], { tags: [tag('team', 'ops')] });
    const { token } = await fixture.user([
      allow('cam:TagRole', '*', {
        'for_any_value:string_equal': { 'qcs:resource_tag': 'team&ops', 'qcs:request_tag': 'stage&test' },
      }),
    ]);
    await roles(token).tagRole({ roleId, tags: [tag('stage', 'test')] });
    for (const tags of [[tag('stage', 'prod')], [tag('team', 'dev')]]) {
      expect(await refusalOf(roles(token).tagRole({ roleId, tags }))).toMatchObject({ kind: 'denied' });
    }
    const other = await makeRole(fixture);
    const foreign = roles(token).tagRole({ roleId: other.roleId, tags: [tag('stage', 'test')] });
    expect(await refusalOf(foreign)).toMatchObject({ kind: 'denied' });
  });
});
