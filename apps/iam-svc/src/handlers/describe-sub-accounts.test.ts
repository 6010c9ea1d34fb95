import { timestampMs } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DescribeSubAccounts', () => {
  it('shows those that there are, each once, in the order in which they are named', async () => {
    const iam = fixture.iam();
    const [ann, bob] = [
      await iam.addUser({ name: 'ann', consoleLogin: true, password: 'Aa1!aaaa' }),
      await iam.addUser({ name: 'bob', tags: [{ key: 'team', value: 'ops' }] }),
    ];
    await fixture.tokens().login({ userName: 'ann', password: 'Aa1!aaaa' });
    const foreign = await (await fixture.account()).user();
    const { subAccounts } = await iam.describeSubAccounts({
      filterSubAccountUin: [bob.uin, '999', foreign.uin, ROOT_UIN, ann.uin, bob.uin],
    });
    expect(subAccounts).toMatchObject([
      { uin: bob.uin, name: 'bob', tags: [{ key: 'team', value: 'ops' }] },
      { uin: ann.uin, name: 'ann' },
    ]);
    const [bobLogin, annLogin] = subAccounts.map(({ lastLoginTime }) => lastLoginTime);
    expect(bobLogin).toBeUndefined();
    expect(timestampMs(annLogin!)).toBe(fixture.clock.ms);
  });

  it('is decided on everybody that it names', async () => {
    const [seen, hidden] = [await fixture.user(), await fixture.user()];
    const { token } = await fixture.user([allow('cam:DescribeSubAccounts', `qcs::cam:::uin/${seen.uin}`)]);
    const describe = (...filterSubAccountUin: string[]) =>
      fixture.iam(token).describeSubAccounts({ filterSubAccountUin });
    expect((await describe(seen.uin)).subAccounts).toMatchObject([{ uin: seen.uin }]);
    expect(await refusalOf(describe(seen.uin, hidden.uin))).toMatchObject({ kind: 'denied' });
  });

  it.each([0, 51])('refuses %d uins', async (count) => {
    const filterSubAccountUin = Array.from({ length: count }, (_, i) => String(i + 1));
    const { reason } = await refusalOf(fixture.iam().describeSubAccounts({ filterSubAccountUin }));
    expect(reason).toBe('InvalidParameterValue.LimitExceeded');
  });
});
