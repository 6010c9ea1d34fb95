import { RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';
import { assume, makeRole } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const roles = (token = fixture.root.token) => fixture.client(RoleService, token);

describe('UpdateRoleSessionDuration', () => {
  it('limits the sessions that are begun from then on', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture);
    await roles().updateRoleSessionDuration({ roleId: role.roleId, sessionDuration: 43_200 });
    await assume(fixture, user.token, role, { durationSeconds: 43_200 });
    await roles().updateRoleSessionDuration({ roleId: role.roleId, sessionDuration: 600 });
    expect((await refusalOf(assume(fixture, user.token, role, { durationSeconds: 601 }))).reason).toBe(
      'InvalidParameter.OverTimeError',
    );
  });

  it('refuses more than 12 hours, and whoever may not', async () => {
    const { roleId } = await makeRole(fixture);
    const change = (token: string, sessionDuration: number) =>
      refusalOf(roles(token).updateRoleSessionDuration({ roleId, sessionDuration }));
    expect(await change(fixture.root.token, 43_201)).toMatchObject({
      reason: 'InvalidParameter.ParamError',
      message: expect.stringContaining('at most 43200 seconds, was 43201'),
    });
    const { token } = await fixture.user([allow('cam:GetRole')]);
    expect(await change(token, 60)).toMatchObject({ kind: 'denied' });
  });
});
