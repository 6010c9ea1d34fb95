import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DeleteUser', () => {
  it('is refused while the user has keys, unless forced', async () => {
    const { name, token } = await fixture.user();
    const iam = fixture.iam();
    expect(await refusalOf(iam.deleteUser({ name }))).toMatchObject({
      kind: 'conflict',
      reason: 'OperationDenied.HaveKeys',
      message: expect.stringContaining('has 1 access keys'),
    });
    await fixture.tokens(token).getCallerIdentity({});
    await iam.deleteUser({ name, force: true });
    expect(await refusalOf(fixture.tokens(token).getCallerIdentity({}))).toMatchObject({ kind: 'unauthenticated' });
    expect(await refusalOf(iam.getUser({ name }))).toMatchObject({ reason: 'ResourceNotFound.UserNotExist' });
  });

  it('ends console logins as well', async () => {
    await fixture.iam().addUser({ name: 'ann', consoleLogin: true, password: 'Aa1!aaaa' });
    const { token } = await fixture.tokens().login({ userName: 'ann', password: 'Aa1!aaaa' });
    await fixture.iam().deleteUser({ name: 'ann' });
    expect(await refusalOf(fixture.tokens(token).getCallerIdentity({}))).toMatchObject({ kind: 'unauthenticated' });
    expect(await refusalOf(fixture.tokens().login({ userName: 'ann', password: 'Aa1!aaaa' }))).toMatchObject({
      reason: 'AuthFailure.LoginFailure',
    });
  });

  it('never deletes root, nor anybody whom the caller may not', async () => {
    expect(await refusalOf(fixture.iam().deleteUser({ name: 'root', force: true }))).toMatchObject({
      reason: 'ResourceNotFound.UserNotExist',
    });
    const [victim, other] = [await fixture.user(), await fixture.user([allow('cam:DeleteUser', 'qcs::cam:::uin/1')])];
    expect(await refusalOf(fixture.iam(other.token).deleteUser({ name: victim.name, force: true }))).toMatchObject({
      kind: 'denied',
      details: { action: 'cam:DeleteUser' },
    });
  });

  it('deletes once when two ask at the same time', async () => {
    const { name } = await fixture.user();
    const both = await Promise.allSettled([1, 2].map(() => fixture.iam().deleteUser({ name, force: true })));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('leaves nothing behind: attachments, memberships, tags', async () => {
    const { uin, name } = await fixture.user([allow('tat:*')]);
    await fixture.inStore(async (db) => {
      const group = { group_id: 1, account_uin: ROOT_UIN, name: 'g', remark: '', created_at: 0 };
      await db.insertInto('user_group').values(group).execute();
      await db.insertInto('group_member').values({ group_id: 1, uin, joined_at: 0 }).execute();
      const tag = { account_uin: ROOT_UIN, resource_kind: 'user', resource_id: uin } as const;
      await db
        .insertInto('tag')
        .values({ ...tag, tag_key: 'a', tag_value: 'b' })
        .execute();
    });
    await fixture.iam().deleteUser({ name, force: true });
    const left = await fixture.inStore(async (db) => [
      await db.selectFrom('group_member').selectAll().where('uin', '=', uin).execute(),
      await db.selectFrom('attachment').selectAll().where('target_id', '=', uin).execute(),
      await db.selectFrom('tag').selectAll().where('resource_id', '=', uin).execute(),
      await db.selectFrom('token').selectAll().where('uin', '=', uin).execute(),
    ]);
    expect(left).toEqual([[], [], [], []]);
  });
});
