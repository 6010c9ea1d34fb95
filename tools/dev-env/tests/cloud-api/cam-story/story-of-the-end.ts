import { expect, it } from 'vitest';
import { codeOf } from '../sdk.ts';
import { allow, documentOf } from './clients.ts';
import type { Deploy, World } from './world.ts';

/** The user is changed, and ends with its keys and with itself. */
export function storyOfTheEnd(world: () => World, deploy: Deploy): void {
  it('says who it is, as root does', async () => {
    const { root, rootUin } = world();
    const { uin, clients } = deploy;
    expect(await clients.sts.GetCallerIdentity(null)).toMatchObject({
      ...{ Arn: `qcs::cam::uin/${rootUin}:uin/${uin}`, AccountId: rootUin, Type: 'CAMUser' },
      ...{ UserId: String(uin), PrincipalId: String(uin) },
    });
    expect(await root.sts.GetCallerIdentity(null)).toMatchObject({ AccountId: rootUin, UserId: rootUin });
  });

  it('is changed, and so is its group', async () => {
    const { root, mayRun } = world();
    const { policy, group, clients } = deploy;
    await root.cam.UpdateUser({ Name: 'deploy', Remark: 'retired', Email: 'deploy@example.com', ConsoleLogin: 0 });
    expect(await root.cam.GetUser({ Name: 'deploy' })).toMatchObject({
      Remark: 'retired',
      Email: 'deploy@example.com',
    });
    await root.cam.UpdateGroup({ GroupId: group, GroupName: 'former' });
    await root.cam.DetachGroupPolicy({ PolicyId: policy, DetachGroupId: group });
    expect(await mayRun(clients)).toBe(false);
    await root.cam.AttachGroupPolicy({ PolicyId: policy, AttachGroupId: group });
    expect(await mayRun(clients)).toBe(true);
    await root.cam.DeleteGroup({ GroupId: group });
    expect(await mayRun(clients)).toBe(false);
    await root.cam.AttachUserPolicy({ PolicyId: policy, AttachUin: deploy.uin });
    expect(await root.cam.ListCollaborators({ Limit: 10, Offset: 0 })).toMatchObject({ TotalNum: 0, Data: [] });
  });

  it('ends with its keys, and with itself', async () => {
    const { root, temporary, clientsOf, mayRun } = world();
    const { uin: TargetUin, key, clients: user } = deploy;
    const Policy = documentOf(allow('tat:RunCommand'));
    const guest = temporary(await user.sts.GetFederationToken({ Name: 'last', Policy }));
    const own = { AccessKeyId: key.secretId, TargetUin };
    await root.cam.UpdateAccessKey({ ...own, Status: 'Inactive' });
    expect(await codeOf(user.sts.GetCallerIdentity(null))).toBe('AuthFailure.SecretIdNotFound');
    expect(await codeOf(guest.sts.GetCallerIdentity(null))).toBe('AuthFailure.TokenFailure');
    expect(await root.cam.ListAccessKeys({ TargetUin })).toMatchObject({
      AccessKeys: [{ AccessKeyId: key.secretId, Status: 'Inactive' }],
    });
    await root.cam.UpdateAccessKey({ ...own, Status: 'Active' });
    expect(await mayRun(user)).toBe(true);

    const { AccessKey } = await root.cam.CreateAccessKey({ TargetUin, Description: 'second' });
    const second = clientsOf({ secretId: AccessKey!.AccessKeyId!, secretKey: AccessKey!.SecretAccessKey! });
    expect(await mayRun(second)).toBe(true);
    const { SecretIdLastUsedRows } = await root.cam.GetSecurityLastUsed({ SecretIdList: [key.secretId] });
    expect(SecretIdLastUsedRows).toMatchObject([{ SecretId: key.secretId, LastSecretUsedDate: expect.any(Number) }]);
    await root.cam.UpdateAccessKey({ ...own, Status: 'Inactive' });
    await root.cam.DeleteAccessKey(own);
    expect(await codeOf(user.sts.GetCallerIdentity(null))).toBe('AuthFailure.SecretIdNotFound');

    await root.cam.DeletePolicy({ PolicyId: [deploy.policy] });
    expect(await mayRun(second)).toBe(false);
    expect(await codeOf(root.cam.DeleteUser({ Name: 'deploy' }))).toBe('OperationDenied.HaveKeys');
    await root.cam.DeleteUser({ Name: 'deploy', Force: 1 });
    expect(await codeOf(second.sts.GetCallerIdentity(null))).toBe('AuthFailure.SecretIdNotFound');
  });
}
