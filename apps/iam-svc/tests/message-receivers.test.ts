import { AccessKeyStatus } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, startFixture } from './fixture.ts';
import { answerAbout } from './same-answer.ts';

let fixture: Fixture;
const receiver = { name: 'on-call', uin: '' };
let policyId: string;
let groupId: string;
beforeAll(async () => {
  fixture = await startFixture();
  ({ uin: receiver.uin } = await fixture.accounts().createMessageReceiver({ name: receiver.name, email: 'a@b' }));
  policyId = await fixture.policy([allow('tat:*')]);
  ({ groupId } = await fixture.groups().createGroup({ groupName: 'ops' }));
});
afterAll(() => fixture[Symbol.asyncDispose]());

type Ask = (id: string) => Promise<unknown>;
const BY_NAME: Record<string, Ask> = {
  GetUser: (name) => fixture.iam().getUser({ name }),
  UpdateUser: (name) => fixture.iam().updateUser({ name, consoleLogin: true, password: 'Aa1!aaaa', active: true }),
  DeleteUser: (name) => fixture.iam().deleteUser({ name, force: true }),
  Login: (userName) => fixture.tokens().login({ userName, password: '' }),
};
const BY_UIN: Record<string, Ask> = {
  CreateAccessKey: (targetUin) => fixture.iam().createAccessKey({ targetUin }),
  ListAccessKeys: (targetUin) => fixture.iam().listAccessKeys({ targetUin }),
  UpdateAccessKey: (targetUin) =>
    fixture.iam().updateAccessKey({ targetUin, accessKeyId: 'AKID', status: AccessKeyStatus.ACTIVE }),
  DeleteAccessKey: (targetUin) => fixture.iam().deleteAccessKey({ targetUin, accessKeyId: 'AKID' }),
  GetSecurityLastUsed: (targetUin) => fixture.iam().getSecurityLastUsed({ targetUin }),
  CreateMfaDevice: (targetUin) => fixture.iam().createMfaDevice({ targetUin }),
  EnableMfaDevice: (targetUin) => fixture.iam().enableMfaDevice({ targetUin, code: '123456' }),
  DeleteMfaDevice: (targetUin) => fixture.iam().deleteMfaDevice({ targetUin }),
  AttachUserPolicy: (attachUin) => fixture.iam().attachUserPolicy({ policyId, attachUin }),
  DetachUserPolicy: (detachUin) => fixture.iam().detachUserPolicy({ policyId, detachUin }),
  ListAttachedUserPolicies: (targetUin) => fixture.iam().listAttachedUserPolicies({ targetUin }),
  ListAttachedUserAllPolicies: (targetUin) => fixture.policies().listAttachedUserAllPolicies({ targetUin }),
  AddUserToGroup: (uin) => fixture.groups().addUserToGroup({ info: [{ groupId, uin }] }),
  ListGroupsForUser: (uin) => fixture.groups().listGroupsForUser({ uin }),
  PutUserPermissionsBoundary: (targetUin) => fixture.policies().putUserPermissionsBoundary({ targetUin, policyId }),
  RemoveCollaborator: (uin) => fixture.accounts().removeCollaborator({ uin }),
};

describe('a message recipient', () => {
  it.each(Object.keys(BY_NAME))('is nobody to %s', async (rpc) => {
    const free = 'nobody-has-it';
    const answer = await answerAbout(receiver.name, BY_NAME[rpc]!(receiver.name));
    expect(answer).toEqual(await answerAbout(free, BY_NAME[rpc]!(free)));
  });

  it.each(Object.keys(BY_UIN))('is nobody to %s', async (rpc) => {
    const unknown = '999999999999';
    const answer = await answerAbout(receiver.uin, BY_UIN[rpc]!(receiver.uin));
    expect(answer).toEqual(await answerAbout(unknown, BY_UIN[rpc]!(unknown)));
  });

  it('is nobody to other accounts that invite', async () => {
    const other = fixture.accounts((await fixture.account()).token);
    const ask: Ask = (uin) => other.addCollaborator({ uin });
    expect(await answerAbout(receiver.uin, ask(receiver.uin))).toEqual(await answerAbout('999', ask('999')));
  });

  it('is not among the users, and outlives all of this', async () => {
    expect((await fixture.iam().listUsers({ keyword: receiver.name })).totalNum).toBe(0);
    expect((await fixture.accounts().listMessageReceivers({})).receivers).toMatchObject([receiver]);
  });
});
