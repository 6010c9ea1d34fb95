import { AccountService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('GetUserAppId', () => {
  it('tells everybody of themselves', async () => {
    const [user, other] = [await fixture.user(), await fixture.account()];
    expect(await fixture.accounts(user.token).getUserAppId({})).toMatchObject({
      uin: user.uin,
      ownerUin: ROOT_UIN,
      appId: '1250000000',
    });
    expect(await fixture.accounts(other.token).getUserAppId({})).toMatchObject({
      uin: other.uin,
      ownerUin: other.uin,
      appId: other.appId,
    });
  });

  it('has nothing to say to a service', async () => {
    const service = fixture.client(AccountService, await fixture.serviceToken('command-svc'));
    expect(await refusalOf(service.getUserAppId({}))).toMatchObject({ kind: 'denied' });
  });
});
