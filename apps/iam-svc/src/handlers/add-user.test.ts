import { fromBinary } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { EventSchema } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { checkPassword } from '../domain/password.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('AddUser', () => {
  it('makes a sub-user that may do nothing yet', async () => {
    const made = await fixture.iam().addUser({ name: 'ann', remark: '运维' });
    expect(made).toMatchObject({ name: 'ann', password: '', secretId: '', secretKey: '' });
    const { user } = await fixture.iam().getUser({ name: 'ann' });
    expect(user).toMatchObject({ uin: made.uin, name: 'ann', remark: '运维', consoleLogin: false });
    expect(timestampMs(user!.createTime!)).toBe(fixture.clock.ms);
  });

  it('keeps everything that was given', async () => {
    const given = { phoneNum: '13800138000', countryCode: '86', email: 'dan@example.com', needResetPassword: true };
    const tags = [
      { key: 'level', value: '1' },
      { key: 'team', value: 'ops' },
    ];
    await fixture.iam().addUser({ name: 'whole', consoleLogin: true, ...given, tags });
    expect((await fixture.iam().getUser({ name: 'whole' })).user).toMatchObject({ ...given, active: true, tags });
  });

  it('gives a key that works, and a password that is made or given', async () => {
    const made = await fixture.iam().addUser({ name: 'bob', consoleLogin: true, useApi: true });
    expect(made.secretId).toMatch(/^AKID[a-z0-9]{32}$/);
    checkPassword(made.password);
    await fixture.exchange(made);
    await fixture.tokens().login({ userName: 'bob', password: made.password });

    const given = await fixture.iam().addUser({ name: 'cat', consoleLogin: true, password: 'Aa1!aaaa' });
    expect(given.password).toBe('');
    await fixture.tokens().login({ userName: 'cat', password: 'Aa1!aaaa' });
  });

  it('never gives a uin twice, not even one of a deleted user', async () => {
    const one = await fixture.iam().addUser({ name: 'one' });
    await fixture.iam().deleteUser({ name: 'one' });
    const again = await fixture.iam().addUser({ name: 'one' });
    expect(Number(again.uin)).toBe(Number(one.uin) + 1);
  });

  it('tells of the change, once it is committed', async () => {
    const before = fixture.published.length;
    await fixture.iam().addUser({ name: 'told' });
    await eventually('the event', () => fixture.published.length > before);
    const { subject, payload, messageId } = fixture.published.at(-1)!;
    const event = fromBinary(EventSchema, payload);
    expect(subject).toBe('evt.iam.permissions.changed');
    expect(event).toMatchObject({ eventId: messageId, accountUin: ROOT_UIN, uin: ROOT_UIN });
    expect(event.body).toMatchObject({ case: 'permissionsChanged', value: { action: 'cam:AddUser' } });
  });

  it.each([
    ['InvalidParameter.ParamError', { name: 'root' }],
    ['InvalidParameter.ParamError', { name: '' }],
    ['InvalidParameter.ParamError', { name: 'dan', remark: 'x'.repeat(1_025) }],
    ['InvalidParameter.ParamError', { name: 'dan', password: 'Aa1!aaaa' }],
    ['InvalidParameter.PasswordViolatedRules', { name: 'dan', consoleLogin: true, password: 'password' }],
    ['InvalidParameter.SubUserNameInUse', { name: 'ann' }],
    ['InvalidParameter.ParamError', { name: 'dan', needResetPassword: true }],
    ['InvalidParameter.ParamError', { name: 'dan', phoneNum: 'x' }],
    ['InvalidParameterValue', { name: 'dan', tags: [{ key: 'qcs:a', value: 'b' }] }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.iam().addUser(request))).reason).toBe(reason);
  });

  it('gives a user 50 tags and not one more', async () => {
    const tags = Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: 'v' }));
    await fixture.iam().addUser({ name: 'fifty', tags: tags.slice(1) });
    expect((await refusalOf(fixture.iam().addUser({ name: 'fifty-one', tags }))).reason).toBe(
      'InvalidParameterValue.LimitExceeded',
    );
  });

  it('is decided by the tags of the request', async () => {
    const condition = { 'for_any_value:string_equal': { 'qcs:request_tag': ['team&ops'] } };
    const { token } = await fixture.user([allow('cam:AddUser', '*', condition)]);
    const iam = fixture.iam(token);
    expect(await refusalOf(iam.addUser({ name: 'untagged' }))).toMatchObject({ kind: 'denied' });
    await iam.addUser({ name: 'of-ops', tags: [{ key: 'team', value: 'ops' }] });
  });

  it('makes one of two users of one name at once', async () => {
    const both = await Promise.allSettled(['same', 'same'].map((name) => fixture.iam().addUser({ name })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is decided by policies', async () => {
    const plain = await fixture.user();
    expect(await refusalOf(fixture.iam(plain.token).addUser({ name: 'eve' }))).toMatchObject({
      kind: 'denied',
      details: { action: 'cam:AddUser', resource: '*' },
    });
    const admin = await fixture.user([allow('cam:AddUser')]);
    await fixture.iam(admin.token).addUser({ name: 'eve' });
  });

  it('makes 1,000 users of an account and not one more', async () => {
    const existing = (await fixture.iam().listUsers({})).data.length;
    await fixture.inStore((db) =>
      db
        .insertInto('user')
        .values(
          Array.from({ length: 999 - existing }, (_, i) => ({
            uin: `2000000${i}`,
            account_uin: ROOT_UIN,
            name: `many${i}`,
            remark: '',
            password_hash: '',
            created_at: 0,
          })),
        )
        .execute(),
    );
    await fixture.iam().addUser({ name: 'the-last' });
    expect(await refusalOf(fixture.iam().addUser({ name: 'too-many' }))).toMatchObject({
      kind: 'exhausted',
      reason: 'InvalidParameter.SubUserFull',
    });
    expect((await fixture.iam().listUsers({})).data).toHaveLength(1_000);
  });
});
