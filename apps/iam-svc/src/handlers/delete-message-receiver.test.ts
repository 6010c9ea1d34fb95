import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DeleteMessageReceiver', () => {
  it('deletes a message recipient once, and never a user', async () => {
    const { uin } = await fixture.accounts().createMessageReceiver({ name: 'm', email: 'a@b' });
    await fixture.accounts().deleteMessageReceiver({ uin });
    expect((await fixture.accounts().listMessageReceivers({})).receivers).toEqual([]);
    const user = await fixture.user();
    for (const other of [uin, user.uin, ROOT_UIN, '999']) {
      expect(await refusalOf(fixture.accounts().deleteMessageReceiver({ uin: other }))).toMatchObject({
        kind: 'not_found',
        reason: 'ResourceNotFound.UserNotExist',
      });
    }
    await fixture.tokens(user.token).getCallerIdentity({});
    expect((await refusalOf(fixture.accounts().deleteMessageReceiver({}))).reason).toBe('MissingParameter');
  });

  it('is decided for the recipient', async () => {
    const { uin } = await fixture.accounts().createMessageReceiver({ name: 'n', email: 'a@b' });
    const other = await fixture.user([allow('cam:DeleteMessageReceiver', 'qcs::cam:::uin/1')]);
    expect(await refusalOf(fixture.accounts(other.token).deleteMessageReceiver({ uin }))).toMatchObject({
      kind: 'denied',
    });
  });
});
