import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListMessageReceivers', () => {
  it('pages through them, oldest first, and counts only those that the caller may see', async () => {
    await fixture.user();
    const uins: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      uins.push((await fixture.accounts().createMessageReceiver({ name, email: 'a@b' })).uin);
      fixture.clock.ms += 1_000;
    }
    const names = async (request: object, token?: string) => {
      const { totalNum, receivers } = await fixture.accounts(token).listMessageReceivers(request);
      return [totalNum, receivers.map(({ name }) => name)];
    };
    expect(await names({})).toEqual([3, ['a', 'b', 'c']]);
    expect(await names({ rp: 2, page: 2 })).toEqual([3, ['c']]);
    const { token } = await fixture.user([allow('cam:ListMessageReceivers', `qcs::cam:::uin/${uins[1]}`)]);
    expect(await names({}, token)).toEqual([1, ['b']]);
    expect(await names({}, (await fixture.account()).token)).toEqual([0, []]);
  });
});
