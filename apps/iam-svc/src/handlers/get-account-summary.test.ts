import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ groupsInAccount: 7 });
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('GetAccountSummary', () => {
  it('counts what the account has and says how much it may have', async () => {
    const other = await fixture.account();
    await other.user([allow('tat:*')]);
    await fixture.accounts().createMessageReceiver({ name: 'on-call', email: 'a@example.com' });
    await fixture.accounts().addCollaborator({ uin: other.uin });
    await fixture.user([allow('tat:*')], [allow('cos:*')]);
    const { uin } = await fixture.user();
    const { groupId } = await fixture.groups().createGroup({ groupName: 'ops' });
    await fixture.groups().addUserToGroup({ info: [{ groupId, uin }] });
    expect(await fixture.accounts().getAccountSummary({})).toMatchObject({
      policies: 2,
      roles: 0,
      users: 2,
      groups: 1,
      members: 1,
      collaborators: 1,
      messageReceivers: 1,
      maxPolicies: 1_500,
      maxRoles: 1_000,
      maxUsers: 1_000,
      maxGroups: 7,
    });
    expect(await fixture.accounts(other.token).getAccountSummary({})).toMatchObject({
      users: 1,
      policies: 1,
      groups: 0,
      members: 0,
    });
  });

  it('is decided by policies', async () => {
    const { token } = await fixture.user();
    expect(await refusalOf(fixture.accounts(token).getAccountSummary({}))).toMatchObject({ kind: 'denied' });
  });
});
