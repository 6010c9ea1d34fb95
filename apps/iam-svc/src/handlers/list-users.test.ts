import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListUsers', () => {
  it('lists sub-users oldest first, root not among them', async () => {
    expect((await fixture.iam().listUsers({})).data).toEqual([]);
    const users = [await fixture.user(), await fixture.user()];
    const { data } = await fixture.iam().listUsers({});
    expect(data.map(({ uin }) => uin)).toEqual(users.map(({ uin }) => uin));
  });

  it('drops whom the caller may not see', async () => {
    const [ann] = [await fixture.user(), await fixture.user()];
    const reader = await fixture.user([allow('cam:ListUsers', `qcs::cam:::uin/${ann!.uin}`)]);
    const { data } = await fixture.iam(reader.token).listUsers({});
    expect(data.map(({ uin }) => uin)).toEqual([ann!.uin]);
    expect((await fixture.iam((await fixture.user()).token).listUsers({})).data).toEqual([]);
  });

  it('pages through those that hold a keyword, without case, and counts only what the caller may see', async () => {
    const uins: string[] = [];
    for (const name of ['Web-1', 'web-2', 'db-1', 'web-3']) uins.push((await fixture.iam().addUser({ name })).uin);
    const page = async (rp: number | undefined, number: number | undefined, token?: string) => {
      const { data, totalNum } = await fixture.iam(token).listUsers({ keyword: 'WEB', rp, page: number });
      return [totalNum, data.map(({ name }) => name)];
    };
    expect(await page(undefined, undefined)).toEqual([3, ['Web-1', 'web-2', 'web-3']]);
    expect(await page(2, 1)).toEqual([3, ['Web-1', 'web-2']]);
    expect(await page(2, 2)).toEqual([3, ['web-3']]);
    expect(await page(2, 3)).toEqual([3, []]);
    const some = await fixture.user([
      allow(
        'cam:ListUsers',
        [1, 2, 3].map((i) => `qcs::cam:::uin/${uins[i]}`),
      ),
    ]);
    expect(await page(1, 2, some.token)).toEqual([2, ['web-3']]);
  });

  it('shows tags, and may be decided by them', async () => {
    const tags = [{ key: 'team', value: 'ops' }];
    await fixture.iam().addUser({ name: 'tagged', tags });
    const { data } = await fixture.iam().listUsers({ keyword: 'tagged' });
    expect(data).toMatchObject([{ name: 'tagged', tags }]);
  });

  it.each([{ rp: 0 }, { rp: 1_001 }, { page: 0 }])('refuses the page %o', async (page) => {
    expect((await refusalOf(fixture.iam().listUsers(page))).reason).toBe('InvalidParameterValue.Range');
  });
});
