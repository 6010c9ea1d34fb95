import { type Fixture, ROOT_UIN } from './fixture.ts';

/** What another root account of the installation has. Its root is also a collaborator of the fixture's account, called `guest`. */
export const OTHER = {
  accountUin: '200000000002',
  uin: '200000000012',
  policyId: '5001',
  groupId: '6001',
  roleId: '7001',
} as const;

/** A message recipient of the fixture's account. */
export const RECIPIENT_UIN = '100000000500';

/** Puts the other account and the recipient into the store. Numbers beyond those that a test makes. */
export async function addOtherAccount(fixture: Fixture): Promise<void> {
  const { accountUin, uin, policyId, groupId, roleId } = OTHER;
  const at = { created_at: 1 };
  const changed = { ...at, updated_at: 1 };
  const user = { remark: '', password_hash: '', ...at };
  const document = JSON.stringify({ version: '2.0', statement: { effect: 'allow', action: '*', resource: '*' } });
  await fixture.inStore(async (db) => {
    await db
      .insertInto('account')
      .values({ account_uin: accountUin, app_id: '2', revision: 0, ...at })
      .execute();
    const own = { ...user, account_uin: accountUin };
    await db
      .insertInto('user')
      .values({ ...own, uin: accountUin, name: 'root' })
      .execute();
    await db
      .insertInto('user')
      .values({ ...own, uin, name: 'other' })
      .execute();
    const recipient = { ...user, account_uin: ROOT_UIN, name: 'recipient', receives_only: 1 };
    await db
      .insertInto('user')
      .values({ ...recipient, uin: RECIPIENT_UIN })
      .execute();
    const guest = { account_uin: ROOT_UIN, uin: accountUin, name: 'guest', remark: 'from afar', ...at };
    await db.insertInto('collaborator').values(guest).execute();
    const policy = { account_uin: accountUin, policy_name: 'other', description: '', version: 1, ...changed };
    await db
      .insertInto('policy')
      .values({ ...policy, policy_id: Number(policyId) })
      .execute();
    await db
      .insertInto('policy_version')
      .values({ policy_id: Number(policyId), version: 1, document })
      .execute();
    const group = { account_uin: accountUin, name: 'other', remark: '', ...at };
    await db
      .insertInto('user_group')
      .values({ ...group, group_id: Number(groupId) })
      .execute();
    const role = { account_uin: accountUin, name: 'other', description: '', trust_document: '{}', ...changed };
    await db
      .insertInto('role')
      .values({ ...role, role_id: roleId, session_seconds: 7_200 })
      .execute();
  });
}
