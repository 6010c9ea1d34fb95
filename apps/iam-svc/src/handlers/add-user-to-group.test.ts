import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { addOtherAccount, OTHER, RECIPIENT_UIN } from '../../tests/other-account.ts';

let fixture: Fixture;
let serial = 0;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const group = async (tags: { key: string; value: string }[] = []) =>
  (await fixture.groups().createGroup({ groupName: `g${serial++}`, tags })).groupId;
const add = (info: { groupId?: string; uin?: string }[], token?: string) =>
  fixture.groups(token).addUserToGroup({ info });
const isIn = async (uin: string) =>
  (await fixture.groups().listGroupsForUser({ uin, rp: 200 })).groupInfo.map(({ groupId }) => groupId);

describe('AddUserToGroup', () => {
  it('gives members what the group has, with the next call', async () => {
    const policyId = await fixture.policy([allow('cam:ListUsers')]);
    const [groupId, { uin, token }] = [await group(), await fixture.user()];
    await fixture.groups().attachGroupPolicy({ policyId, attachGroupId: groupId });
    const seen = async () => (await fixture.iam(token).listUsers({})).data.length > 0;
    expect(await seen()).toBe(false);
    await add([{ groupId, uin }]);
    expect(await seen()).toBe(true);
  });

  it('changes nothing the second time', async () => {
    const [groupId, { uin }] = [await group(), await fixture.user()];
    await add([
      { groupId, uin },
      { groupId, uin },
    ]);
    const revision = () => fixture.inStore((db) => db.selectFrom('account').select('revision').executeTakeFirst());
    const before = await revision();
    await add([{ groupId, uin }]);
    expect(await revision()).toEqual(before);
    expect(await isIn(uin)).toEqual([groupId]);
  });

  it('adds all or none', async () => {
    const [groupId, { uin }] = [await group(), await fixture.user()];
    for (const [reason, bad] of [
      ['ResourceNotFound.GroupNotExist', { groupId: '999', uin }],
      ['ResourceNotFound.UserNotExist', { groupId, uin: '999' }],
      ['ResourceNotFound.UserNotExist', { groupId, uin: ROOT_UIN }],
      ['MissingParameter', { groupId }],
      ['MissingParameter', { uin }],
    ] as const) {
      expect((await refusalOf(add([{ groupId, uin }, bad]))).reason).toBe(reason);
      expect(await isIn(uin)).toEqual([]);
    }
  });

  it('needs a right to every group and to every user, by their tags', async () => {
    const ops = [{ key: 'team', value: 'ops' }];
    const [mine, other] = [await group(ops), await group()];
    const tagged = await fixture.iam().addUser({ name: `tagged${serial++}`, tags: ops });
    const untagged = await fixture.user();
    const { token } = await fixture.user([
      allow('cam:AddUserToGroup', '*', { string_equal: { 'qcs:resource_tag/team': 'ops' } }),
    ]);
    for (const pair of [
      { groupId: other, uin: tagged.uin },
      { groupId: mine, uin: untagged.uin },
    ]) {
      expect(await refusalOf(add([{ groupId: mine, uin: tagged.uin }, pair], token))).toMatchObject({
        kind: 'denied',
        details: { action: 'cam:AddUserToGroup' },
      });
    }
    await add([{ groupId: mine, uin: tagged.uin }], token);
    expect(await isIn(tagged.uin)).toEqual([mine]);
  });

  it('lets collaborators in, but no message recipient', async () => {
    const groupId = await group();
    await addOtherAccount(fixture);
    expect((await refusalOf(add([{ groupId, uin: RECIPIENT_UIN }]))).reason).toBe('ResourceNotFound.UserNotExist');
    await add([{ groupId, uin: OTHER.accountUin }]);
    expect((await fixture.groups().getGroup({ groupId })).userInfo).toMatchObject([
      { uin: OTHER.accountUin, name: 'guest', remark: 'from afar' },
    ]);
    expect(await isIn(OTHER.accountUin)).toEqual([groupId]);
  });

  it('takes 1 to 100 memberships', async () => {
    const info = (count: number) => Array.from({ length: count }, () => ({ groupId: '999', uin: '999' }));
    expect((await refusalOf(add(info(100)))).reason).toBe('ResourceNotFound.GroupNotExist');
    for (const count of [0, 101]) {
      expect((await refusalOf(add(info(count)))).reason).toBe('InvalidParameterValue.LimitExceeded');
    }
  });

  it('lets 100 users into a group and not one more', async () => {
    const groupId = await group();
    await fillGroup(groupId, 99);
    const [last, tooMany] = [await fixture.user(), await fixture.user()];
    expect(
      await refusalOf(
        add([
          { groupId, uin: last.uin },
          { groupId, uin: tooMany.uin },
        ]),
      ),
    ).toMatchObject({ kind: 'exhausted', reason: 'InvalidParameter.GroupUserFull' });
    await add([{ groupId, uin: last.uin }]);
    expect(await refusalOf(add([{ groupId, uin: tooMany.uin }]))).toMatchObject({
      kind: 'exhausted',
      reason: 'InvalidParameter.GroupUserFull',
      message: 'a group may have 100 users, and there are 100',
    });
  });

  it('lets a user into 10 groups and not one more', async () => {
    const { uin } = await fixture.user();
    const ids: string[] = [];
    for (let i = 0; i < 11; i++) ids.push(await group());
    await add(ids.slice(0, 10).map((groupId) => ({ groupId, uin })));
    expect(await refusalOf(add([{ groupId: ids[10]!, uin }]))).toMatchObject({
      kind: 'exhausted',
      reason: 'InvalidParameter.UserGroupFull',
      message: 'a user may be in 10 groups, and there are 10',
    });
  });
});

async function fillGroup(groupId: string, count: number): Promise<void> {
  await fixture.inStore(async (db) => {
    const uins = Array.from({ length: count }, (_, i) => String(1_000 + i));
    const made = { account_uin: ROOT_UIN, remark: '', password_hash: '', created_at: 0 };
    await db
      .insertInto('user')
      .values(uins.map((uin) => ({ ...made, uin, name: `many${uin}` })))
      .execute();
    await db
      .insertInto('group_member')
      .values(uins.map((uin) => ({ group_id: Number(groupId), uin, joined_at: 0 })))
      .execute();
  });
}
