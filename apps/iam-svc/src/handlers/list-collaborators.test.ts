import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListCollaborators', () => {
  it('pages through those that hold a keyword, and counts only what the caller may see', async () => {
    const other = await fixture.account();
    const guests = [await other.user(), await other.user(), await other.user()];
    for (const [i, { uin }] of guests.entries()) {
      await fixture.accounts().addCollaborator({ uin, name: `${i === 0 ? 'dev' : 'Ops'}-${i}` });
    }
    const names = async (request: object, token?: string) => {
      const { totalNum, data } = await fixture.accounts(token).listCollaborators(request);
      return [totalNum, data.map(({ name }) => name)];
    };
    expect(await names({})).toEqual([3, ['dev-0', 'Ops-1', 'Ops-2']]);
    expect(await names({ keyword: 'ops', rp: 1, page: 2 })).toEqual([2, ['Ops-2']]);
    expect(await names({ limit: 1, offset: 1 })).toEqual([3, ['Ops-1']]);
    expect(await names({ offset: 2 })).toEqual([3, ['Ops-2']]);
    const { token } = await fixture.user([allow('cam:ListCollaborators', `qcs::cam:::uin/${guests[1]!.uin}`)]);
    expect(await names({}, token)).toEqual([1, ['Ops-1']]);
    expect(await names({}, (await fixture.user()).token)).toEqual([0, []]);
    expect(await names({}, other.token)).toEqual([0, []]);
  });
});
