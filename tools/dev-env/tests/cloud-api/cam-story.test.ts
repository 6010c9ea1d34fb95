import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from '../fixture.ts';
import { allow, type Clients, documentOf, refusalOf, rotatingClients, trusting } from './cam-story/clients.ts';
import { CAM_REFUSALS, type Refused, STS_REFUSALS } from './cam-story/refusals.ts';
import { makeThings, type Things } from './cam-story/things.ts';
import { codeOf } from './sdk.ts';

const DENIED = 'AuthFailure.UnauthorizedOperation';
const TAT_DENIED = 'UnauthorizedOperation.CamAuthFailed';
/** Finds root's command. */
const STORED = { Filters: [{ Name: 'command-name', Values: ['stored'] }] };

let fixture: Fixture;
let root: Clients;
let rootUin: string;
/** The machine. */
let instance: string;
beforeAll(async () => {
  fixture = await startFixture(1);
  const { root: account, machines } = fixture.constellation;
  root = clientsOf(account);
  rootUin = account.uin;
  instance = machines[0]!.instanceId;
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

/** The SDK's clients for a key. */
function clientsOf({ secretId, secretKey, token }: { secretId: string; secretKey: string; token?: string }): Clients {
  const { url } = fixture.constellation;
  return rotatingClients({ url, secretId, secretKey, ...(token === undefined ? {} : { token }) });
}

/** The SDK's clients for temporary credentials. */
function temporary({ Credentials }: { Credentials?: { TmpSecretId?: string; TmpSecretKey?: string; Token?: string } }) {
  const { TmpSecretId, TmpSecretKey, Token } = Credentials!;
  return clientsOf({ secretId: TmpSecretId!, secretKey: TmpSecretKey!, token: Token! });
}

let scripts = 0;

/** A script that was not sent before: the same request twice within a second would be a replay. */
function script() {
  scripts += 1;
  return {
    Content: Buffer.from(`echo ${scripts}`).toString('base64'),
    WorkingDirectory: '/tmp',
    InstanceIds: [instance],
  };
}

/** Whether this caller may run scripts on the machine now. */
async function mayRun({ tat }: Clients): Promise<boolean> {
  const [outcome] = await Promise.allSettled([tat.RunCommand(script())]);
  if (outcome.status === 'fulfilled') return true;
  expect(outcome.reason).toMatchObject({ code: TAT_DENIED });
  return false;
}

describe('a user of CAM and STS', () => {
  let uin: number;
  let key: { secretId: string; secretKey: string };
  let user: Clients;
  let policy: number;
  let group: number;

  it('is made by root with a key, and may do nothing', async () => {
    const made = await root.cam.AddUser({ Name: 'deploy', Remark: '部署', UseApi: 1, ConsoleLogin: 0 });
    expect(made).toMatchObject({
      Name: 'deploy',
      Uid: made.Uin,
      SecretId: expect.stringMatching(/^AKID/),
      Password: '',
    });
    uin = made.Uin!;
    key = { secretId: made.SecretId!, secretKey: made.SecretKey! };
    user = clientsOf(key);
    expect(await root.cam.GetUser({ Name: 'deploy' })).toMatchObject({
      Uin: uin,
      Uid: uin,
      Remark: '部署',
      ConsoleLogin: 0,
      RecentlyLoginTime: null,
    });
    const { Data } = await root.cam.ListUsers(null);
    expect(Data).toMatchObject([{ Uin: uin, Name: 'deploy', CreateTime: expect.stringMatching(/^\d{4}-\d\d-\d\d /) }]);
    expect(await root.cam.DescribeSubAccounts({ FilterSubAccountUin: [uin] })).toMatchObject({
      SubAccounts: [{ Uin: uin, Name: 'deploy', UserType: 2, LastLoginTime: null }],
    });
    expect(await mayRun(user)).toBe(false);
    expect(await user.cam.ListUsers(null)).toMatchObject({ Data: [] });
  });

  it('may do exactly what a policy says', async () => {
    const PolicyDocument = documentOf(
      allow('tat:RunCommand', ['qcs::tat:::command/*', `qcs::cvm:::instance/${instance}`]),
      allow(['tat:DescribeInvocationTasks', 'tat:DescribeInvocations']),
    );
    const created = await root.cam.CreatePolicy({ PolicyName: 'run', Description: '运行', PolicyDocument });
    policy = created.PolicyId!;
    await root.cam.AttachUserPolicy({ PolicyId: policy, AttachUin: uin });
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
      [() => user.cam.GetPolicy({ PolicyId: policy }), 'cam:GetPolicy', `${own}:policyid/${policy}`],
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

  it('is shown what it has as CAM shows it', async () => {
    expect(await root.cam.GetPolicy({ PolicyId: policy })).toMatchObject({
      PolicyName: 'run',
      Description: '运行',
      Type: 1,
      PolicyDocument: expect.stringContaining('tat:RunCommand'),
      IsServiceLinkedRolePolicy: 0,
    });
    const { List } = await root.cam.ListPolicies({ Scope: 'Local', Keyword: 'RUN' });
    expect(List).toMatchObject([{ PolicyId: policy, Type: 1, Attachments: 1, CreateMode: 2 }]);
    expect(await root.cam.ListAttachedUserPolicies({ TargetUin: uin })).toMatchObject({
      TotalNum: 1,
      List: [{ PolicyId: policy, PolicyType: 'User', Remark: '运行' }],
    });
    expect(await root.cam.ListEntitiesForPolicy({ PolicyId: policy, EntityFilter: 'User' })).toMatchObject({
      TotalNum: 1,
      List: [{ Id: String(uin), Uin: uin, Name: 'deploy', RelatedType: 1 }],
    });
    expect(await root.cam.GetUserAppId(null)).toMatchObject({ OwnerUin: rootUin, AppId: expect.any(Number) });
  });

  it('loses it with the attachment, on the next call, and has it through a group', async () => {
    await root.cam.DetachUserPolicy({ PolicyId: policy, DetachUin: uin });
    expect(await mayRun(user)).toBe(false);
    const { GroupId } = await root.cam.CreateGroup({ GroupName: 'operators', Remark: '运维' });
    group = GroupId!;
    await root.cam.AttachGroupPolicy({ PolicyId: policy, AttachGroupId: group });
    await root.cam.AddUserToGroup({ Info: [{ GroupId: group, Uid: uin }] });
    expect(await mayRun(user)).toBe(true);
    expect(await root.cam.GetGroup({ GroupId: group })).toMatchObject({
      GroupName: 'operators',
      GroupNum: 1,
      Remark: '运维',
      UserInfo: [{ Uin: uin, Uid: uin, Name: 'deploy' }],
    });
    expect(await root.cam.ListGroupsForUser({ SubUin: uin })).toMatchObject({
      TotalNum: 1,
      GroupInfo: [{ GroupId: group }],
    });
    const all = { TargetUin: uin, Rp: 20, Page: 1 };
    expect(await root.cam.ListAttachedUserAllPolicies({ ...all, AttachType: 0, StrategyType: 1 })).toMatchObject({
      TotalNum: 1,
      PolicyList: [
        { PolicyId: String(policy), StrategyType: '1', Groups: [{ GroupId: group, GroupName: 'operators' }] },
      ],
    });
    expect(await root.cam.ListAttachedUserAllPolicies({ ...all, AttachType: 1 })).toMatchObject({ TotalNum: 0 });
    expect(await root.cam.GetAccountSummary(null)).toMatchObject({ User: 1, Group: 1, Member: 1, Policies: 1 });
  });

  it('may do what the version in force says', async () => {
    const harmless = documentOf(allow('tat:Describe*'));
    const { VersionId } = await root.cam.CreatePolicyVersion({
      PolicyId: policy,
      PolicyDocument: harmless,
      SetAsDefault: false,
    });
    expect(await mayRun(user)).toBe(true);
    await root.cam.SetDefaultPolicyVersion({ PolicyId: policy, VersionId: VersionId! });
    expect(await mayRun(user)).toBe(false);
    expect(await root.cam.ListPolicyVersions({ PolicyId: policy })).toMatchObject({
      Versions: [
        { VersionId: 2, IsDefaultVersion: 1 },
        { VersionId: 1, IsDefaultVersion: 0 },
      ],
    });
    expect(await root.cam.GetPolicyVersion({ PolicyId: policy, VersionId: 2 })).toMatchObject({
      PolicyVersion: { VersionId: 2, IsDefaultVersion: 1, Document: harmless },
    });
    await root.cam.SetDefaultPolicyVersion({ PolicyId: policy, VersionId: 1 });
    await root.cam.DeletePolicyVersion({ PolicyId: policy, VersionId: [2] });
    expect(await mayRun(user)).toBe(true);
  });

  it('is narrowed by a boundary', async () => {
    const none = { PolicyId: null, PolicyName: null, PolicyDocument: null, PolicyType: null };
    expect(await root.cam.GetUserPermissionBoundary({ TargetUin: uin })).toMatchObject(none);
    const PolicyDocument = documentOf(allow('tat:Describe*'));
    const { PolicyId } = await root.cam.CreatePolicy({ PolicyName: 'look', PolicyDocument });
    await root.cam.PutUserPermissionsBoundary({ TargetUin: uin, PolicyId: PolicyId! });
    expect(await mayRun(user)).toBe(false);
    expect(await root.cam.GetUserPermissionBoundary({ TargetUin: uin })).toMatchObject({
      PolicyId,
      PolicyName: 'look',
      PolicyDocument,
      PolicyType: 1,
    });
    await root.cam.DeleteUserPermissionsBoundary({ TargetUin: uin });
    expect(await mayRun(user)).toBe(true);
  });

  it('takes a role on, as wide as the role and as narrow as it wants', async () => {
    const tags = [{ Key: 'team', Value: 'ops' }];
    const { RoleId } = await root.cam.CreateRole({
      RoleName: 'operator',
      PolicyDocument: trusting(`qcs::cam::uin/${rootUin}:uin/${uin}`),
      Description: '值班',
      Tags: tags,
    });
    await root.cam.AttachRolePolicy({ AttachRoleName: 'operator', PolicyName: 'QcloudTATFullAccess' });
    const { RoleInfo } = await root.cam.GetRole({ RoleName: 'operator' });
    expect(RoleInfo).toMatchObject({ RoleId, Description: '值班', ConsoleLogin: 0, RoleType: 'user', Tags: tags });
    expect(await root.cam.DescribeRoleList({ Page: 1, Rp: 20, Tags: tags })).toMatchObject({
      TotalNum: 1,
      List: [{ RoleId }],
    });
    expect(await root.cam.ListAttachedRolePolicies({ RoleId: RoleId!, Page: 1, Rp: 20 })).toMatchObject({
      TotalNum: 1,
      List: [{ PolicyName: 'QcloudTATFullAccess', PolicyType: 'QCS' }],
    });
    const asked = { RoleArn: RoleInfo!.RoleArn!, RoleSessionName: 'on-call' };
    expect(await codeOf(user.sts.AssumeRole(asked))).toBe(DENIED);
    const PolicyDocument = documentOf(allow('sts:AssumeRole', RoleInfo!.RoleArn!));
    const assuming = await root.cam.CreatePolicy({ PolicyName: 'assume', PolicyDocument });
    await root.cam.AttachUserPolicy({ PolicyId: assuming.PolicyId!, AttachUin: uin });

    const before = Date.now();
    const granted = await user.sts.AssumeRole({ ...asked, DurationSeconds: 900 });
    expect(Math.abs(granted.ExpiredTime! * 1_000 - before - 900_000)).toBeLessThan(60_000);
    expect(Date.parse(granted.Expiration!)).toBe(granted.ExpiredTime! * 1_000);
    const operator = temporary(granted);
    expect(await operator.sts.GetCallerIdentity(null)).toMatchObject({
      Arn: `qcs::sts::uin/${rootUin}:assumed-role/${RoleId}`,
      AccountId: rootUin,
      UserId: `${RoleId}:on-call`,
      PrincipalId: String(uin),
      Type: 'CAMRole',
    });
    // more than the user, and nothing but the role's
    expect(await operator.tat.DescribeCommands(STORED)).toMatchObject({ TotalCount: 1 });
    expect(await mayRun(operator)).toBe(true);
    expect(await codeOf(operator.cam.GetUser({ Name: 'deploy' }))).toBe(DENIED);

    const Policy = encodeURIComponent(documentOf(allow('tat:DescribeCommands')));
    const watcher = temporary(await user.sts.AssumeRole({ ...asked, RoleSessionName: 'watch', Policy }));
    expect(await watcher.tat.DescribeCommands(STORED)).toMatchObject({ TotalCount: 1 });
    expect(await mayRun(watcher)).toBe(false);

    await root.cam.DetachRolePolicy({ DetachRoleId: RoleId!, PolicyName: 'QcloudTATFullAccess' });
    expect(await mayRun(operator)).toBe(false);
    await root.cam.DeleteRole({ RoleName: 'operator' });
    expect(await codeOf(operator.sts.GetCallerIdentity(null))).toBe('AuthFailure.TokenFailure');
    expect(await codeOf(watcher.tat.DescribeCommands({}))).toBe('AuthFailure.TokenFailure');
  });

  it('vouches for somebody with a token of its own', async () => {
    const PolicyDocument = documentOf(allow('sts:GetFederationToken'));
    const { PolicyId } = await root.cam.CreatePolicy({ PolicyName: 'vouch', PolicyDocument });
    await root.cam.AttachUserPolicy({ PolicyId: PolicyId!, AttachUin: uin });
    const guestOf = async (Policy: string) => temporary(await user.sts.GetFederationToken({ Name: 'guest', Policy }));
    const guest = await guestOf(documentOf(allow('tat:RunCommand')));
    expect(await guest.sts.GetCallerIdentity(null)).toMatchObject({
      Arn: `qcs::sts::uin/${rootUin}:federated-user/${uin}`,
      UserId: `${uin}:guest`,
      PrincipalId: String(uin),
      Type: 'CAMUser',
    });
    expect(await mayRun(guest)).toBe(true);
    expect(await mayRun(await guestOf(documentOf(allow('tat:Describe*'))))).toBe(false);
    const again = { Name: 'friend', Policy: documentOf(allow('*')) };
    expect(await codeOf(guest.sts.GetFederationToken(again))).toBe(DENIED);
    await root.cam.RemoveUserFromGroup({ Info: [{ GroupId: group, Uin: uin }] });
    expect(await mayRun(guest)).toBe(false);
    await root.cam.AddUserToGroup({ Info: [{ GroupId: group, Uin: uin }] });
    expect(await mayRun(guest)).toBe(true);
  });

  it('says who it is, as root does', async () => {
    expect(await user.sts.GetCallerIdentity(null)).toMatchObject({
      Arn: `qcs::cam::uin/${rootUin}:uin/${uin}`,
      AccountId: rootUin,
      UserId: String(uin),
      PrincipalId: String(uin),
      Type: 'CAMUser',
    });
    expect(await root.sts.GetCallerIdentity(null)).toMatchObject({ AccountId: rootUin, UserId: rootUin });
  });

  it('ends with its key, and with itself', async () => {
    const own = { AccessKeyId: key.secretId, TargetUin: uin };
    const guest = temporary(
      await user.sts.GetFederationToken({ Name: 'last', Policy: documentOf(allow('tat:RunCommand')) }),
    );
    await root.cam.UpdateAccessKey({ ...own, Status: 'Inactive' });
    expect(await codeOf(user.sts.GetCallerIdentity(null))).toBe('AuthFailure.SecretIdNotFound');
    expect(await codeOf(guest.sts.GetCallerIdentity(null))).toBe('AuthFailure.TokenFailure');
    const { AccessKeys } = await root.cam.ListAccessKeys({ TargetUin: uin });
    expect(AccessKeys).toMatchObject([{ AccessKeyId: key.secretId, Status: 'Inactive' }]);
    await root.cam.UpdateAccessKey({ ...own, Status: 'Active' });
    expect(await mayRun(user)).toBe(true);
    const { AccessKey } = await root.cam.CreateAccessKey({ TargetUin: uin, Description: 'second' });
    const second = clientsOf({ secretId: AccessKey!.AccessKeyId!, secretKey: AccessKey!.SecretAccessKey! });
    expect(await mayRun(second)).toBe(true);
    const { SecretIdLastUsedRows } = await root.cam.GetSecurityLastUsed({ SecretIdList: [key.secretId] });
    expect(SecretIdLastUsedRows).toMatchObject([{ SecretId: key.secretId, LastSecretUsedDate: expect.any(Number) }]);
    expect(await codeOf(root.cam.DeleteUser({ Name: 'deploy' }))).toBe('OperationDenied.HaveKeys');
    await root.cam.DeleteUser({ Name: 'deploy', Force: 1 });
    for (const each of [user, second]) {
      expect(await codeOf(each.sts.GetCallerIdentity(null))).toBe('AuthFailure.SecretIdNotFound');
    }
  });
});

describe('refusals', () => {
  let things: Things;
  beforeAll(async () => {
    things = await makeThings(root, rootUin);
  });
  const refusalOfRow = <C extends object>(client: C, { action, request }: Refused<C>): Promise<string> => {
    const call = client[action as keyof C] as (request: object) => Promise<unknown>;
    return codeOf(call.call(client, typeof request === 'function' ? request(things) : request));
  };

  it.each(CAM_REFUSALS)('cam:$action with $of is refused with $code', async (row) => {
    expect(await refusalOfRow(root.cam, row)).toBe(row.code);
  });

  it.each(STS_REFUSALS)('sts:$action with $of is refused with $code', async (row) => {
    expect(await refusalOfRow(root.sts, row)).toBe(row.code);
  });
});
