import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { addOtherAccount, OTHER, RECIPIENT_UIN } from '../../tests/other-account.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
  await addOtherAccount(fixture);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const put = (targetUin: string, policyId: string, token?: string) =>
  fixture.policies(token).putUserPermissionsBoundary({ targetUin, policyId });
const may = async (credential: string, action: string) => {
  const authorization = await fixture.authorization();
  const resources = [{ resource: 'qcs::tat:ap-guangzhou::command/cmd-aaaaaaaa' }];
  return (await authorization.authorize({ context: { credential }, action, resources })).allowed;
};

describe('PutUserPermissionsBoundary', () => {
  it('leaves what the policies and the boundary both allow, from the next call on', async () => {
    const { uin, token } = await fixture.user([allow(['tat:DescribeCommands', 'tat:DeleteCommand'])]);
    expect([await may(token, 'tat:DescribeCommands'), await may(token, 'tat:DeleteCommand')]).toEqual([true, true]);
    await put(uin, await fixture.policy([allow(['tat:DescribeCommands', 'tat:ModifyCommand'])]));
    expect(await may(token, 'tat:DescribeCommands')).toBe(true);
    expect(await may(token, 'tat:DeleteCommand')).toBe(false);
    // only the boundary allows it: it grants nothing
    expect(await may(token, 'tat:ModifyCommand')).toBe(false);
  });

  it('bounds by presets too, and what comes through groups', async () => {
    const { uin, token } = await fixture.user();
    const { groupId } = await fixture.groups().createGroup({ groupName: 'admins' });
    await fixture.groups().attachGroupPolicy({ policyId: '900000008', attachGroupId: groupId });
    await fixture.groups().addUserToGroup({ info: [{ groupId, uin }] });
    expect(await may(token, 'tat:DeleteCommand')).toBe(true);
    await put(uin, '900000002');
    expect(await may(token, 'tat:DescribeCommands')).toBe(true);
    expect(await may(token, 'tat:DeleteCommand')).toBe(false);
  });

  it('takes the place of the one before; the same one changes nothing', async () => {
    const { uin, token } = await fixture.user([allow('tat:*')]);
    await put(uin, '900000002');
    await put(uin, '900000001');
    expect(await may(token, 'tat:DeleteCommand')).toBe(true);
    const revision = () => fixture.inStore((db) => db.selectFrom('account').select('revision').executeTakeFirst());
    const before = await revision();
    await put(uin, '900000001');
    expect(await revision()).toEqual(before);
  });

  it('bounds a collaborator in this account', async () => {
    await put(OTHER.accountUin, '900000002');
    const { policy } = await fixture.policies().getUserPermissionBoundary({ targetUin: OTHER.accountUin });
    expect(policy).toMatchObject({ policyId: '900000002' });
    const atHome = await fixture.inStore((db) =>
      db.selectFrom('user').select('boundary_policy_id').where('uin', '=', OTHER.accountUin).executeTakeFirst(),
    );
    expect(atHome).toEqual({ boundary_policy_id: null });
  });

  it('needs a right to both, the policy and the user', async () => {
    const { uin } = await fixture.user();
    const both = [`qcs::cam:::policyid/900000002`, `qcs::cam:::uin/${uin}`];
    for (const half of both) {
      const { token } = await fixture.user([allow('cam:PutUserPermissionsBoundary', half)]);
      expect(await refusalOf(put(uin, '900000002', token))).toMatchObject({ kind: 'denied' });
    }
    const { token } = await fixture.user([allow('cam:PutUserPermissionsBoundary', both)]);
    await put(uin, '900000002', token);
  });

  it.each([
    ['MissingParameter', '0', '900000001'],
    ['MissingParameter', '999', '0'],
    ['ResourceNotFound.UserNotExist', '999', '900000001'],
    ['ResourceNotFound.UserNotExist', ROOT_UIN, '900000001'],
    ['ResourceNotFound.UserNotExist', RECIPIENT_UIN, '900000001'],
    ['ResourceNotFound.PolicyIdNotFound', OTHER.accountUin, '999'],
  ])('refuses with %s user %s policy %s', async (reason, uin, policyId) => {
    expect((await refusalOf(put(uin, policyId))).reason).toBe(reason);
  });
});
