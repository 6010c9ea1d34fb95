import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('GetCallerIdentity', () => {
  it('says who the caller is, whatever it may do', async () => {
    const user = await fixture.user();
    expect(await fixture.tokens(user.token).getCallerIdentity({})).toMatchObject({
      arn: `qcs::cam::uin/${ROOT_UIN}:uin/${user.uin}`,
      accountId: ROOT_UIN,
      userId: user.uin,
      userName: user.name,
      type: 'CAMUser',
      region: 'ap-guangzhou',
    });
    expect(await fixture.tokens(fixture.root.token).getCallerIdentity({})).toMatchObject({
      userId: ROOT_UIN,
      userName: 'root',
    });
  });

  it('has nothing to say to a service, and refuses whoever brings no token or a bad one', async () => {
    const service = fixture.tokens(await fixture.serviceToken('gateway'));
    expect(await refusalOf(service.getCallerIdentity({}))).toMatchObject({ kind: 'denied' });
    for (const token of ['', 'forged', `${fixture.root.token}x`]) {
      expect(await refusalOf(fixture.tokens(token).getCallerIdentity({}))).toMatchObject({
        kind: 'unauthenticated',
        reason: 'AuthFailure.TokenFailure',
      });
    }
  });
});
