import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture, type TestAccount } from '../../tests/fixture.ts';

let fixture: Fixture;
let other: TestAccount;
beforeAll(async () => {
  fixture = await startFixture();
  other = await fixture.account();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** A guest with a policy and a group in this account, signed in to it. */
async function invited() {
  const guest = await other.user();
  await fixture.accounts().addCollaborator({ uin: guest.uin });
  const policyId = await fixture.policy([allow('cam:GetUser')]);
  await fixture.iam().attachUserPolicy({ policyId, attachUin: guest.uin });
  const { groupId } = await fixture.groups().createGroup({ groupName: `g-${guest.uin}` });
  await fixture.groups().addUserToGroup({ info: [{ groupId, uin: guest.uin }] });
  const { token } = await fixture.tokens(guest.token).switchAccount({ accountUin: ROOT_UIN });
  return { ...guest, home: guest.token, token, groupId };
}

describe('RemoveCollaborator', () => {
  it('ends the tokens for this account at once, and no others', async () => {
    const guest = await invited();
    await fixture.tokens(guest.token).getCallerIdentity({});
    await fixture.accounts().removeCollaborator({ uin: guest.uin });
    expect(await refusalOf(fixture.tokens(guest.token).getCallerIdentity({}))).toMatchObject({
      kind: 'unauthenticated',
    });
    await fixture.tokens(guest.home).getCallerIdentity({});
    expect(await refusalOf(fixture.tokens(guest.home).switchAccount({ accountUin: ROOT_UIN }))).toMatchObject({
      kind: 'not_found',
    });
  });

  it('takes attachments, memberships and the boundary, so that a new invitation begins with nothing', async () => {
    const guest = await invited();
    const document = await fixture.policy([allow('*')]);
    await fixture.policies().putUserPermissionsBoundary({ targetUin: guest.uin, policyId: document });
    await fixture.accounts().removeCollaborator({ uin: guest.uin });
    await fixture.accounts().addCollaborator({ uin: guest.uin });
    expect(await fixture.iam().listAttachedUserPolicies({ targetUin: guest.uin })).toMatchObject({ totalNum: 0 });
    expect(await fixture.groups().listUsersForGroup({ groupId: guest.groupId })).toMatchObject({ totalNum: 0 });
    const { data } = await fixture.accounts().listCollaborators({ keyword: guest.uin });
    expect(data).toMatchObject([{ uin: guest.uin, boundaryPolicyId: '0' }]);
  });

  it('refuses who is no collaborator: a sub-user, a stranger, nobody', async () => {
    const own = await fixture.user();
    for (const uin of [own.uin, other.uin, '999']) {
      expect(await refusalOf(fixture.accounts().removeCollaborator({ uin }))).toMatchObject({
        kind: 'not_found',
        message: `no collaborator \`${uin}\``,
      });
    }
    expect((await refusalOf(fixture.accounts().removeCollaborator({}))).reason).toBe('MissingParameter');
  });

  it('is decided for the collaborator', async () => {
    const [one, two] = [await invited(), await invited()];
    const admin = await fixture.user([allow('cam:RemoveCollaborator', `qcs::cam:::uin/${one.uin}`)]);
    expect(await refusalOf(fixture.accounts(admin.token).removeCollaborator({ uin: two.uin }))).toMatchObject({
      kind: 'denied',
    });
    await fixture.accounts(admin.token).removeCollaborator({ uin: one.uin });
  });
});
