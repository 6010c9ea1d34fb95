import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('Logout', () => {
  it('ends the token that it came with, and no other', async () => {
    const { secretId, secretKey, token } = await fixture.user();
    const other = await fixture.exchange({ secretId, secretKey });
    await fixture.tokens(token).logout({});
    expect(await refusalOf(fixture.tokens(token).getCallerIdentity({}))).toMatchObject({
      reason: 'AuthFailure.TokenFailure',
    });
    expect(await refusalOf(fixture.tokens(token).logout({}))).toMatchObject({ kind: 'unauthenticated' });
    await fixture.tokens(other).getCallerIdentity({});
  });

  it('does nothing to a service, whose token ends by itself', async () => {
    expect(await fixture.tokens(await fixture.serviceToken('gateway')).logout({})).toMatchObject({});
  });
});
