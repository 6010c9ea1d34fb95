import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, startFixture } from '../../tests/fixture.ts';

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
});
