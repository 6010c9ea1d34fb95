import { AuthorizationService, PrincipalType } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const authenticate = async (credential: string) =>
  (await (await fixture.authorization()).authenticate({ context: { credential } })).principal;

describe('Authenticate', () => {
  it('says whose credential this is', async () => {
    const user = await fixture.user();
    expect(await authenticate(user.token)).toMatchObject({
      type: PrincipalType.USER,
      accountUin: ROOT_UIN,
      uin: user.uin,
      name: user.name,
    });
    expect(await authenticate(fixture.root.token)).toMatchObject({
      type: PrincipalType.ROOT,
      accountUin: ROOT_UIN,
      uin: ROOT_UIN,
      name: 'root',
    });
    expect(await authenticate(await fixture.serviceToken('gateway'))).toMatchObject({
      type: PrincipalType.SERVICE,
      accountUin: '0',
      uin: '0',
      name: 'gateway',
    });
  });

  it.each(['', 'forged'])('refuses the credential %j', async (credential) => {
    expect(await refusalOf(authenticate(credential))).toMatchObject({
      kind: 'unauthenticated',
      reason: 'AuthFailure.TokenFailure',
    });
  });

  it('answers services only, whatever a user may do', async () => {
    const admin = await fixture.user([{ effect: 'allow', action: '*', resource: '*' }]);
    for (const token of [admin.token, fixture.root.token]) {
      const asUser = fixture.client(AuthorizationService, token);
      expect(await refusalOf(asUser.authenticate({ context: { credential: token } }))).toMatchObject({
        kind: 'denied',
        reason: 'UnauthorizedOperation.CamAuthFailed',
        details: { action: 'muster:Authenticate', resource: '*' },
      });
    }
  });
});
