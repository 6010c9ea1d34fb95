import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DeleteUserPermissionsBoundary', () => {
  it('gives back what the policies allow, with the next call; where there is no boundary nothing changes', async () => {
    const { uin: targetUin, token } = await fixture.user([allow('cam:ListUsers')]);
    await fixture.policies().putUserPermissionsBoundary({ targetUin, policyId: '900000001' });
    const seen = async () => (await fixture.iam(token).listUsers({})).data.length > 0;
    expect(await seen()).toBe(false);
    await fixture.policies().deleteUserPermissionsBoundary({ targetUin });
    expect(await seen()).toBe(true);
    await fixture.policies().deleteUserPermissionsBoundary({ targetUin });
  });

  it('is not for whoever is bounded, unless a policy says so', async () => {
    const { uin: targetUin, token } = await fixture.user([allow('tat:*')]);
    await fixture.policies().putUserPermissionsBoundary({ targetUin, policyId: '900000001' });
    expect(await refusalOf(fixture.policies(token).deleteUserPermissionsBoundary({ targetUin }))).toMatchObject({
      kind: 'denied',
      details: { action: 'cam:DeleteUserPermissionsBoundary' },
    });
  });

  it.each([
    ['MissingParameter', '0'],
    ['ResourceNotFound.UserNotExist', '999'],
    ['ResourceNotFound.UserNotExist', ROOT_UIN],
  ])('refuses with %s the user %s', async (reason, targetUin) => {
    expect((await refusalOf(fixture.policies().deleteUserPermissionsBoundary({ targetUin }))).reason).toBe(reason);
  });
});
