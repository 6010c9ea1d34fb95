import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListAccounts', () => {
  it('pages through the accounts of the installation, oldest first', async () => {
    const made = [await fixture.account(), await fixture.account()];
    const { totalNum, list } = await fixture.accounts().listAccounts({});
    expect(totalNum).toBe(3);
    expect(list.map(({ accountUin, appId, name }) => [accountUin, appId, name])).toEqual([
      [ROOT_UIN, '1250000000', ''],
      ...made.map(({ uin, appId, name }) => [uin, appId, name]),
    ]);
    const page = await fixture.accounts().listAccounts({ rp: 2, page: 2 });
    expect([page.totalNum, page.list.map(({ accountUin }) => accountUin)]).toEqual([3, [made[1]!.uin]]);
  });

  it('is for the first account alone', async () => {
    const other = await fixture.account();
    const plain = await fixture.user();
    for (const token of [other.token, (await other.user([allow('*')])).token, plain.token]) {
      expect(await refusalOf(fixture.accounts(token).listAccounts({}))).toMatchObject({ kind: 'denied' });
    }
  });
});
