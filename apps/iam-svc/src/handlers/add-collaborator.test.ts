import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture, type TestAccount } from '../../tests/fixture.ts';

let fixture: Fixture;
let other: TestAccount;
beforeAll(async () => {
  fixture = await startFixture();
  other = await fixture.account();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const add = (uin: string, name = '') => fixture.accounts().addCollaborator({ uin, name });

describe('AddCollaborator', () => {
  it('invites a root or a sub-user of another account, under a name of its own', async () => {
    const guest = await other.user();
    await fixture.accounts().addCollaborator({ uin: other.uin, name: 'team-b', remark: '外包' });
    await add(guest.uin);
    const { data } = await fixture.accounts().listCollaborators({});
    expect(data).toMatchObject([
      { uin: other.uin, homeAccountUin: other.uin, name: 'team-b', remark: '外包', boundaryPolicyId: '0' },
      { uin: guest.uin, homeAccountUin: other.uin, name: guest.uin },
    ]);
  });

  it('refuses the same way whoever is not there to invite', async () => {
    const { uin: receiver } = await fixture.accounts(other.token).createMessageReceiver({ name: 'm', email: 'a@b' });
    for (const uin of ['999', receiver]) {
      expect(await refusalOf(add(uin))).toMatchObject({
        kind: 'not_found',
        reason: 'ResourceNotFound.UserNotExist',
        message: `no user \`${uin}\``,
      });
    }
  });

  it('refuses its own, somebody twice, a name that is taken, and nobody', async () => {
    const [own, guest] = [await fixture.user(), await other.user()];
    for (const uin of [ROOT_UIN, own.uin]) expect((await refusalOf(add(uin))).kind).toBe('invalid');
    expect((await refusalOf(add(guest.uin, own.name))).reason).toBe('InvalidParameter.SubUserNameInUse');
    expect((await refusalOf(add(guest.uin, 'root'))).details.field).toBe('Name');
    await add(guest.uin, 'guest');
    expect((await refusalOf(add(guest.uin, 'again'))).reason).toBe('InvalidParameter.CollaboratorInUse');
    expect((await refusalOf(add((await other.user()).uin, 'guest'))).reason).toBe('InvalidParameter.SubUserNameInUse');
    expect((await refusalOf(fixture.iam().addUser({ name: 'guest' }))).reason).toBe(
      'InvalidParameter.SubUserNameInUse',
    );
    expect((await refusalOf(add('0'))).reason).toBe('MissingParameter');
  });

  it('is decided by policies', async () => {
    const [plain, admin] = [await fixture.user(), await fixture.user([allow('cam:AddCollaborator')])];
    const guest = await other.user();
    expect(await refusalOf(fixture.accounts(plain.token).addCollaborator({ uin: guest.uin }))).toMatchObject({
      kind: 'denied',
    });
    await fixture.accounts(admin.token).addCollaborator({ uin: guest.uin });
  });

  it('lets 10 accounts invite the same principal and not one more', async () => {
    const guest = await other.user();
    for (let i = 0; i < 10; i++) {
      await fixture.accounts((await fixture.account()).token).addCollaborator({ uin: guest.uin });
    }
    const eleventh = await fixture.account();
    expect(await refusalOf(fixture.accounts(eleventh.token).addCollaborator({ uin: guest.uin }))).toMatchObject({
      kind: 'exhausted',
      reason: 'InvalidParameter.CollaboratorFull',
    });
    expect((await fixture.accounts(guest.token).listInvitations({})).data).toHaveLength(10);
  });

  it('counts collaborators and message recipients among the 1,000 of an account', async () => {
    await using small = await startFixture({ usersInAccount: 2 });
    const guest = await (await small.account()).user();
    await small.accounts().createMessageReceiver({ name: 'm', email: 'a@b' });
    await small.accounts().addCollaborator({ uin: guest.uin });
    const full = { kind: 'exhausted', reason: 'InvalidParameter.SubUserFull' };
    expect(await refusalOf(small.iam().addUser({ name: 'one-more' }))).toMatchObject(full);
    expect(await refusalOf(small.accounts().createMessageReceiver({ name: 'n', email: 'a@b' }))).toMatchObject(full);
    const another = await small.account();
    expect(await refusalOf(small.accounts().addCollaborator({ uin: another.uin }))).toMatchObject(full);
  });
});
