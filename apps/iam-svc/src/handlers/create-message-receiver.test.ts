import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const EMAIL = { email: 'on-call@example.com' };

describe('CreateMessageReceiver', () => {
  it('keeps where notices go, under a name that nobody else in the account has', async () => {
    const given = { name: 'on-call', phoneNum: '13800138000', countryCode: '86', ...EMAIL, remark: '值班' };
    const { uin } = await fixture.accounts().createMessageReceiver(given);
    expect((await fixture.accounts().listMessageReceivers({})).receivers).toMatchObject([{ uin, ...given }]);
    const taken = { reason: 'InvalidParameter.SubUserNameInUse' };
    expect(await refusalOf(fixture.iam().addUser({ name: 'on-call' }))).toMatchObject(taken);
    const { name } = await fixture.user();
    for (const again of ['on-call', name]) {
      expect(await refusalOf(fixture.accounts().createMessageReceiver({ name: again, ...EMAIL }))).toMatchObject(taken);
    }
  });

  it.each([
    ['Name', { name: 'root', ...EMAIL }],
    ['Email', { name: 'nowhere' }],
    ['Email', { name: 'x', email: 'x' }],
    ['PhoneNum', { name: 'x', phoneNum: 'x' }],
    ['Remark', { name: 'x', ...EMAIL, remark: 'x'.repeat(1_025) }],
  ])('refuses a wrong %s', async (field, request) => {
    expect(await refusalOf(fixture.accounts().createMessageReceiver(request))).toMatchObject({ details: { field } });
  });

  it('is decided by policies', async () => {
    const [plain, admin] = [await fixture.user(), await fixture.user([allow('cam:CreateMessageReceiver')])];
    const request = { name: 'decided', ...EMAIL };
    expect(await refusalOf(fixture.accounts(plain.token).createMessageReceiver(request))).toMatchObject({
      kind: 'denied',
    });
    await fixture.accounts(admin.token).createMessageReceiver(request);
  });
});
