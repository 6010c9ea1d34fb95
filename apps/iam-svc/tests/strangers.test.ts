import { AccessKeyStatus } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, startFixture, type TestAccount } from './fixture.ts';
import { answerAbout } from './same-answer.ts';

let fixture: Fixture;
let stranger: TestAccount;
/** Of the first account, one of every kind. */
const theirs = { name: '', user: '', root: ROOT_UIN, key: '', collaborator: '', receiver: '' };
beforeAll(async () => {
  fixture = await startFixture();
  stranger = await fixture.account();
  const [user, guest] = [await fixture.user(), await (await fixture.account()).user()];
  await fixture.accounts().addCollaborator({ uin: guest.uin });
  const receiver = await fixture.accounts().createMessageReceiver({ name: 'm', email: 'a@b' });
  Object.assign(theirs, { name: user.name, user: user.uin, key: user.secretId });
  Object.assign(theirs, { collaborator: guest.uin, receiver: receiver.uin });
});
afterAll(() => fixture[Symbol.asyncDispose]());

type Ask = (id: string, token: string) => Promise<unknown>;

/** Everything that takes somebody's name. */
const BY_NAME: Record<string, Ask> = {
  GetUser: (name, token) => fixture.iam(token).getUser({ name }),
  UpdateUser: (name, token) => fixture.iam(token).updateUser({ name, active: false }),
  DeleteUser: (name, token) => fixture.iam(token).deleteUser({ name, force: true }),
  Login: (userName) => fixture.tokens().login({ accountUin: stranger.uin, userName, password: 'Aa1!aaaa' }),
};

/** Everything that takes somebody's uin. */
const BY_UIN: Record<string, Ask> = {
  CreateAccessKey: (targetUin, token) => fixture.iam(token).createAccessKey({ targetUin }),
  ListAccessKeys: (targetUin, token) => fixture.iam(token).listAccessKeys({ targetUin }),
  UpdateAccessKey: (targetUin, token) =>
    fixture.iam(token).updateAccessKey({ targetUin, accessKeyId: theirs.key, status: AccessKeyStatus.INACTIVE }),
  DeleteAccessKey: (targetUin, token) => fixture.iam(token).deleteAccessKey({ targetUin, accessKeyId: theirs.key }),
  GetSecurityLastUsed: (targetUin, token) => fixture.iam(token).getSecurityLastUsed({ targetUin }),
  CreateMfaDevice: (targetUin, token) => fixture.iam(token).createMfaDevice({ targetUin }),
  EnableMfaDevice: (targetUin, token) => fixture.iam(token).enableMfaDevice({ targetUin, code: '123456' }),
  DeleteMfaDevice: (targetUin, token) => fixture.iam(token).deleteMfaDevice({ targetUin }),
  RemoveCollaborator: (uin, token) => fixture.accounts(token).removeCollaborator({ uin }),
  DeleteMessageReceiver: (uin, token) => fixture.accounts(token).deleteMessageReceiver({ uin }),
};

/** Everything that takes a key's id. */
const BY_KEY: Record<string, Ask> = {
  UpdateAccessKey: (accessKeyId, token) =>
    fixture.iam(token).updateAccessKey({ accessKeyId, status: AccessKeyStatus.INACTIVE }),
  DeleteAccessKey: (accessKeyId, token) => fixture.iam(token).deleteAccessKey({ accessKeyId }),
};

const UNKNOWN = { name: 'nobody-has-it', uin: '999999999999', key: `AKID${'x'.repeat(32)}` };

/** The strongest and the weakest of another account: its root, who may do everything there, and a user who may nothing. */
const tokens = async () => [stranger.token, (await stranger.user([allow('*')])).token, (await stranger.user()).token];

describe('somebody of another account', () => {
  it.each(Object.keys(BY_NAME))('learns no name from %s', async (rpc) => {
    for (const token of await tokens()) {
      const known = await answerAbout(theirs.name, BY_NAME[rpc]!(theirs.name, token));
      expect(known).toEqual(await answerAbout(UNKNOWN.name, BY_NAME[rpc]!(UNKNOWN.name, token)));
    }
  });

  it.each(Object.keys(BY_UIN))('learns no uin from %s', async (rpc) => {
    for (const token of await tokens()) {
      const unknown = await answerAbout(UNKNOWN.uin, BY_UIN[rpc]!(UNKNOWN.uin, token));
      for (const uin of [theirs.user, theirs.root, theirs.collaborator, theirs.receiver]) {
        expect(await answerAbout(uin, BY_UIN[rpc]!(uin, token)), uin).toEqual(unknown);
      }
    }
  });

  it.each(Object.keys(BY_KEY))('learns no key from %s', async (rpc) => {
    for (const token of await tokens()) {
      const known = await answerAbout(theirs.key, BY_KEY[rpc]!(theirs.key, token));
      expect(known).toEqual(await answerAbout(UNKNOWN.key, BY_KEY[rpc]!(UNKNOWN.key, token)));
    }
  });

  it('learns no account from SwitchAccount', async () => {
    for (const token of await tokens()) {
      const ask: Ask = (accountUin) => fixture.tokens(token).switchAccount({ accountUin });
      const known = await answerAbout(ROOT_UIN, ask(ROOT_UIN, token));
      expect(known).toEqual(await answerAbout(UNKNOWN.uin, ask(UNKNOWN.uin, token)));
    }
  });

  it('finds in lists what is its own account’s, and nothing else', async () => {
    const own = await stranger.user();
    const accounts = fixture.accounts(stranger.token);
    const { data } = await fixture.iam(stranger.token).listUsers({});
    expect(data.map(({ uin }) => uin)).toContain(own.uin);
    expect(data.map(({ uin }) => uin)).not.toContain(theirs.user);
    expect((await accounts.listCollaborators({})).totalNum).toBe(0);
    expect((await accounts.listMessageReceivers({})).totalNum).toBe(0);
    expect((await accounts.listInvitations({})).data).toEqual([]);
    expect((await accounts.getAccountSummary({})).users).toBe(data.length);
  });

  it('changed nothing by asking', async () => {
    const { user } = await fixture.iam().getUser({ name: theirs.name });
    expect(user).toMatchObject({ uin: theirs.user, active: true });
    expect((await fixture.iam().listAccessKeys({ targetUin: theirs.user })).accessKeys).toMatchObject([
      { accessKeyId: theirs.key, status: AccessKeyStatus.ACTIVE },
    ]);
    expect((await fixture.accounts().listCollaborators({})).totalNum).toBe(1);
    expect((await fixture.accounts().listMessageReceivers({})).totalNum).toBe(1);
  });

  it('may use the names that this account uses', async () => {
    const iam = fixture.iam(stranger.token);
    const { uin } = await iam.addUser({ name: theirs.name });
    expect((await iam.getUser({ name: theirs.name })).user?.uin).toBe(uin);
    expect((await fixture.iam().getUser({ name: theirs.name })).user?.uin).toBe(theirs.user);
    await iam.deleteUser({ name: theirs.name });
  });
});
