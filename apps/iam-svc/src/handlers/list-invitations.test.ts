import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, ROOT_UIN, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListInvitations', () => {
  it('tells everybody who invited them, at home and away, and nobody of others', async () => {
    const [host, home] = [await fixture.account(), await fixture.account()];
    const [guest, sibling] = [await home.user(), await home.user()];
    expect((await fixture.accounts(guest.token).listInvitations({})).data).toEqual([]);
    await fixture.accounts().addCollaborator({ uin: guest.uin });
    await fixture.accounts(host.token).addCollaborator({ uin: guest.uin });
    const { token } = await fixture.tokens(guest.token).switchAccount({ accountUin: host.uin });
    for (const mine of [guest.token, token]) {
      expect((await fixture.accounts(mine).listInvitations({})).data).toMatchObject([
        { accountUin: ROOT_UIN, accountName: '' },
        { accountUin: host.uin, accountName: host.name },
      ]);
    }
    expect((await fixture.accounts(sibling.token).listInvitations({})).data).toEqual([]);
  });
});
