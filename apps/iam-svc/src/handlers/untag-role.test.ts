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

describe('UntagRole', () => {
  it('takes tags away; those that are not there do not matter', async () => {
    const tags = ['a', 'b'].map((key) => ({ key, value: 'v' }));
    const { roleId } = await makeRole(fixture, [], { tags });
    await roles().untagRole({ roleId, tagKeys: ['a', 'z'] });
    expect((await roles().getRole({ roleId })).roleInfo!.tags).toMatchObject([{ key: 'b' }]);
  });

  it('refuses no keys at all, and whoever may not', async () => {
    const { roleId } = await makeRole(fixture);
    expect((await refusalOf(roles().untagRole({ roleId }))).reason).toBe('InvalidParameterValue.LimitExceeded');
    const { token } = await fixture.user([allow('cam:TagRole')]);
    expect(await refusalOf(roles(token).untagRole({ roleId, tagKeys: ['a'] }))).toMatchObject({ kind: 'denied' });
  });
});
