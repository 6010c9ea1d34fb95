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

describe('UpdateRoleDescription', () => {
  it('changes the description and nothing else', async () => {
    const { roleId } = await makeRole(fixture, [], { description: 'before', sessionDuration: 60 });
    const before = (await roles().getRole({ roleId })).roleInfo;
    fixture.clock.ms += 5_000;
    await roles().updateRoleDescription({ roleId, description: 'after' });
    const after = (await roles().getRole({ roleId })).roleInfo;
    expect(after).toEqual({ ...before, description: 'after', updateTime: after!.updateTime });
    expect(after!.updateTime).not.toEqual(before!.updateTime);
  });

  it('takes 300 bytes and not one more', async () => {
    const { roleId } = await makeRole(fixture);
    await roles().updateRoleDescription({ roleId, description: '值'.repeat(100) });
    expect(
      (await refusalOf(roles().updateRoleDescription({ roleId, description: `${'值'.repeat(100)}x` }))).reason,
    ).toBe('InvalidParameter.DescriptionLengthOverlimit');
  });

  it('needs a right to the role', async () => {
    const { roleId } = await makeRole(fixture);
    const { token } = await fixture.user([allow('cam:GetRole')]);
    expect(await refusalOf(roles(token).updateRoleDescription({ roleId }))).toMatchObject({ kind: 'denied' });
  });
});
