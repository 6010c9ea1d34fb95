import { eventually } from '@muster/testkit';
import { expect, it } from 'vitest';
import { allow, documentOf, refusalOf } from './clients.ts';
import { DENIED, type Deploy, TAT_DENIED, type World } from './world.ts';

/** A user is made, and may do what policies say: its own, its group's, the version in force, within a boundary. */
export function storyOfRights(world: () => World, deploy: Deploy): void {
  it('is made by root with a key, and may do nothing', async () => {
    const { root, clientsOf, mayRun } = world();
    const made = await root.cam.AddUser({ Name: 'deploy', Remark: '部署', UseApi: 1, ConsoleLogin: 0 });
    expect(made).toMatchObject({
      Name: 'deploy',
      Uid: made.Uin,
      Password: '',
      SecretId: expect.stringMatching(/^AKID/),
    });
    const uin = made.Uin!;
    const key = { secretId: made.SecretId!, secretKey: made.SecretKey! };
    Object.assign(deploy, { uin, key, clients: clientsOf(key) });
    expect(await root.cam.GetUser({ Name: 'deploy' })).toMatchObject({
      ...{ Uin: uin, Uid: uin, Remark: '部署', ConsoleLogin: 0, RecentlyLoginTime: null },
    });
    const { Data } = await root.cam.ListUsers(null);
    expect(Data).toMatchObject([{ Uin: uin, Name: 'deploy', CreateTime: expect.stringMatching(/^\d{4}-\d\d-\d\d /) }]);
    expect(await root.cam.DescribeSubAccounts({ FilterSubAccountUin: [uin] })).toMatchObject({
      SubAccounts: [{ Uin: uin, Name: 'deploy', UserType: 2, LastLoginTime: null }],
    });
    expect(await mayRun(deploy.clients)).toBe(false);
    expect(await deploy.clients.cam.ListUsers(null)).toMatchObject({ Data: [] });
  });

  it('may do exactly what a policy says', async () => {
    const { root, rootUin, instance, script } = world();
    const { uin, clients: user } = deploy;
    const PolicyDocument = documentOf(
      allow('tat:RunCommand', ['qcs::tat:::command/*', `qcs::cvm:::instance/${instance}`]),
      allow(['tat:DescribeInvocationTasks', 'tat:DescribeInvocations']),
    );
    const created = await root.cam.CreatePolicy({ PolicyName: 'run', Description: '运行', PolicyDocument });
    deploy.policy = created.PolicyId!;
    await root.cam.AttachUserPolicy({ PolicyId: deploy.policy, AttachUin: uin });
    const { InvocationId } = await user.tat.RunCommand(script());
    const task = await eventually('the script to end', async () => {
      const Filters = [{ Name: 'invocation-id', Values: [InvocationId!] }];
      const { InvocationTaskSet } = await user.tat.DescribeInvocationTasks({ Filters, HideOutput: false });
      return InvocationTaskSet!.find(({ TaskStatus }) => TaskStatus === 'SUCCESS');
    });
    expect(Buffer.from(task.TaskResult!.Output!, 'base64').toString()).toMatch(/^\d+\n$/);

    const { CommandId } = await root.tat.CreateCommand({ CommandName: 'stored', Content: script().Content });
    const own = `qcs::cam::uin/${rootUin}`;
    const command = `qcs::tat:ap-guangzhou:uin/${rootUin}:command/${CommandId}`;
    const x = { RoleArn: `${own}:roleName/x`, RoleSessionName: 'ci' };
    const denied: readonly (readonly [call: () => Promise<unknown>, action: string, resource: string])[] = [
      [() => user.tat.CreateCommand({ CommandName: 'x', Content: '' }), 'tat:CreateCommand', '*'],
      [() => user.tat.InvokeCommand({ CommandId: CommandId!, InstanceIds: [instance] }), 'tat:InvokeCommand', command],
      [() => user.cam.AddUser({ Name: 'x' }), 'cam:AddUser', '*'],
      [() => user.cam.GetUser({ Name: 'deploy' }), 'cam:GetUser', `${own}:uin/${uin}`],
      [() => user.cam.CreateAccessKey({}), 'cam:CreateAccessKey', `${own}:uin/${uin}`],
      [() => user.cam.GetPolicy({ PolicyId: deploy.policy }), 'cam:GetPolicy', `${own}:policyid/${deploy.policy}`],
      [() => user.cam.GetRole({ RoleName: 'x' }), 'cam:GetRole', x.RoleArn],
      [() => user.sts.AssumeRole(x), 'sts:AssumeRole', x.RoleArn],
      [() => user.sts.GetFederationToken({ Name: 'ci', Policy: PolicyDocument }), 'sts:GetFederationToken', '*'],
    ];
    for (const [call, action, resource] of denied) {
      const { code, message } = await refusalOf(call());
      expect([action, code]).toEqual([action, action.startsWith('tat:') ? TAT_DENIED : DENIED]);
      expect(message).toContain(`you are not authorized to perform operation (${action})\nresource (${resource})`);
    }
    expect(await user.tat.DescribeCommands({})).toMatchObject({ TotalCount: 0, CommandSet: [] });
  });

  it('is shown with what it has as CAM shows it', async () => {
    const { root, rootUin } = world();
    const { uin, policy } = deploy;
    expect(await root.cam.GetPolicy({ PolicyId: policy })).toMatchObject({
      ...{ PolicyName: 'run', Description: '运行', Type: 1, IsServiceLinkedRolePolicy: 0 },
      PolicyDocument: expect.stringContaining('tat:RunCommand'),
    });
    expect(await root.cam.ListPolicies({ Scope: 'Local', Keyword: 'RUN' })).toMatchObject({
      List: [{ PolicyId: policy, Type: 1, Attachments: 1, CreateMode: 2 }],
    });
    expect(await root.cam.ListAttachedUserPolicies({ TargetUin: uin })).toMatchObject({
      ...{ TotalNum: 1, List: [{ PolicyId: policy, PolicyType: 'User', Remark: '运行' }] },
    });
    expect(await root.cam.ListEntitiesForPolicy({ PolicyId: policy, EntityFilter: 'User' })).toMatchObject({
      ...{ TotalNum: 1, List: [{ Id: String(uin), Uin: uin, Name: 'deploy', RelatedType: 1 }] },
    });
    expect(await root.cam.GetUserAppId(null)).toMatchObject({ OwnerUin: rootUin, AppId: expect.any(Number) });
  });

  it('loses it with the attachment, on the next call, and has it through a group', async () => {
    const { root, mayRun } = world();
    const { uin, policy, clients } = deploy;
    await root.cam.DetachUserPolicy({ PolicyId: policy, DetachUin: uin });
    expect(await mayRun(clients)).toBe(false);
    const { GroupId } = await root.cam.CreateGroup({ GroupName: 'operators', Remark: '运维' });
    const group = GroupId!;
    deploy.group = group;
    await root.cam.AttachGroupPolicy({ PolicyId: policy, AttachGroupId: group });
    await root.cam.AddUserToGroup({ Info: [{ GroupId: group, Uid: uin }] });
    expect(await mayRun(clients)).toBe(true);
    const member = { Uin: uin, Uid: uin, Name: 'deploy' };
    expect(await root.cam.GetGroup({ GroupId: group })).toMatchObject({
      ...{ GroupName: 'operators', GroupNum: 1, Remark: '运维', UserInfo: [member] },
    });
    expect(await root.cam.ListUsersForGroup({ GroupId: group })).toMatchObject({ TotalNum: 1, UserInfo: [member] });
    const listed = { TotalNum: 1, GroupInfo: [{ GroupId: group, GroupName: 'operators' }] };
    expect(await root.cam.ListGroupsForUser({ SubUin: uin })).toMatchObject(listed);
    expect(await root.cam.ListGroups({ Keyword: 'OPER' })).toMatchObject(listed);
    expect(await root.cam.ListAttachedGroupPolicies({ TargetGroupId: group })).toMatchObject({
      ...{ TotalNum: 1, List: [{ PolicyId: policy, PolicyType: 'User' }] },
    });
    const all = { TargetUin: uin, Rp: 20, Page: 1 };
    const through = [{ GroupId: group, GroupName: 'operators' }];
    expect(await root.cam.ListAttachedUserAllPolicies({ ...all, AttachType: 0, StrategyType: 1 })).toMatchObject({
      ...{ TotalNum: 1, PolicyList: [{ PolicyId: String(policy), StrategyType: '1', Groups: through }] },
    });
    expect(await root.cam.ListAttachedUserAllPolicies({ ...all, AttachType: 1 })).toMatchObject({ TotalNum: 0 });
    expect(await root.cam.GetAccountSummary(null)).toMatchObject({ User: 1, Group: 1, Member: 1, Policies: 1 });
  });

  it('may do what the version in force says', async () => {
    const { root, mayRun } = world();
    const { policy: PolicyId, clients } = deploy;
    const { PolicyDocument: first } = await root.cam.GetPolicy({ PolicyId });
    const PolicyDocument = documentOf(allow('tat:Describe*'));
    const { VersionId } = await root.cam.CreatePolicyVersion({ PolicyId, PolicyDocument, SetAsDefault: false });
    expect(await mayRun(clients)).toBe(true);
    await root.cam.SetDefaultPolicyVersion({ PolicyId, VersionId: VersionId! });
    expect(await mayRun(clients)).toBe(false);
    expect(await root.cam.ListPolicyVersions({ PolicyId })).toMatchObject({
      Versions: [
        { VersionId: 2, IsDefaultVersion: 1 },
        { VersionId: 1, IsDefaultVersion: 0 },
      ],
    });
    expect(await root.cam.GetPolicyVersion({ PolicyId, VersionId: 2 })).toMatchObject({
      PolicyVersion: { VersionId: 2, IsDefaultVersion: 1, Document: PolicyDocument },
    });
    await root.cam.UpdatePolicy({ PolicyName: 'run', PolicyDocument: first! });
    expect(await mayRun(clients)).toBe(true);
    await root.cam.DeletePolicyVersion({ PolicyId, VersionId: [1, 2] });
    expect(await root.cam.ListPolicyVersions({ PolicyId })).toMatchObject({ Versions: [{ VersionId: 3 }] });
  });

  it('is narrowed by a boundary', async () => {
    const { root, mayRun } = world();
    const { uin: TargetUin, clients } = deploy;
    expect(await root.cam.GetUserPermissionBoundary({ TargetUin })).toMatchObject({
      ...{ PolicyId: null, PolicyName: null, PolicyDocument: null, PolicyType: null },
    });
    const PolicyDocument = documentOf(allow('tat:Describe*'));
    const { PolicyId } = await root.cam.CreatePolicy({ PolicyName: 'look', PolicyDocument });
    await root.cam.PutUserPermissionsBoundary({ TargetUin, PolicyId: PolicyId! });
    expect(await mayRun(clients)).toBe(false);
    expect(await root.cam.GetUserPermissionBoundary({ TargetUin })).toMatchObject({
      ...{ PolicyId, PolicyName: 'look', PolicyDocument, PolicyType: 1 },
    });
    await root.cam.DeleteUserPermissionsBoundary({ TargetUin });
    expect(await mayRun(clients)).toBe(true);
  });
}
