import { expect, it } from 'vitest';
import { codeOf } from '../sdk.ts';
import { allow, type Clients, documentOf, trusting } from './clients.ts';
import { oneTimeCode } from './one-time-code.ts';
import { DENIED, type Deploy, type World } from './world.ts';

/** Finds root's command. */
const STORED = { Filters: [{ Name: 'command-name', Values: ['stored'] }] };

/** The user gets temporary credentials: of a role, for somebody else, with a one-time code. */
export function storyOfSessions(world: () => World, deploy: Deploy): void {
  let role: { RoleArn: string; RoleSessionName: string };
  let operator: Clients;

  it('takes a role on that trusts it, when it may', async () => {
    const { root, rootUin, temporary, mayRun } = world();
    const { uin, clients: user } = deploy;
    const trust = trusting(`qcs::cam::uin/${rootUin}:uin/${uin}`);
    const Tags = [{ Key: 'team', Value: 'ops' }];
    const made = await root.cam.CreateRole({ RoleName: 'operator', PolicyDocument: trust, Description: '值班', Tags });
    const { RoleId } = made;
    await root.cam.AttachRolePolicy({ AttachRoleName: 'operator', PolicyName: 'QcloudTATFullAccess' });
    const { RoleInfo } = await root.cam.GetRole({ RoleName: 'operator' });
    expect(RoleInfo).toMatchObject({ RoleId, Description: '值班', ConsoleLogin: 0, RoleType: 'user', Tags });
    role = { RoleArn: RoleInfo!.RoleArn!, RoleSessionName: 'on-call' };
    expect(await codeOf(user.sts.AssumeRole(role))).toBe(DENIED);
    await grant('assume', allow('sts:AssumeRole', role.RoleArn));

    const before = Date.now();
    const granted = await user.sts.AssumeRole({ ...role, DurationSeconds: 900 });
    expect(Math.abs(granted.ExpiredTime! * 1_000 - before - 900_000)).toBeLessThan(60_000);
    expect(Date.parse(granted.Expiration!)).toBe(granted.ExpiredTime! * 1_000);
    operator = temporary(granted);
    expect(await operator.sts.GetCallerIdentity(null)).toMatchObject({
      ...{ Arn: `qcs::sts::uin/${rootUin}:assumed-role/${RoleId}`, AccountId: rootUin, Type: 'CAMRole' },
      ...{ UserId: `${RoleId}:on-call`, PrincipalId: String(uin) },
    });
    // what the user itself does not see, and nothing but what the role may
    expect(await operator.tat.DescribeCommands(STORED)).toMatchObject({ TotalCount: 1 });
    expect(await mayRun(operator)).toBe(true);
    expect(await codeOf(operator.cam.GetUser({ Name: 'deploy' }))).toBe(DENIED);
  });

  it('narrows the session further with a policy', async () => {
    const { temporary, mayRun } = world();
    const Policy = encodeURIComponent(documentOf(allow('tat:DescribeCommands')));
    const watcher = temporary(await deploy.clients.sts.AssumeRole({ ...role, RoleSessionName: 'watch', Policy }));
    expect(await watcher.tat.DescribeCommands(STORED)).toMatchObject({ TotalCount: 1 });
    expect(await mayRun(watcher)).toBe(false);
  });

  it('finds every change of the role on the next call', async () => {
    const { root, rootUin, mayRun } = world();
    const named = { RoleName: 'operator' };
    await root.cam.UpdateRoleDescription({ ...named, Description: 'nights' });
    await root.cam.UpdateRoleSessionDuration({ ...named, SessionDuration: 600 });
    await root.cam.TagRole({ ...named, Tags: [{ Key: 'shift', Value: 'night' }] });
    await root.cam.UntagRole({ ...named, TagKeys: ['team'] });
    const changed = { Description: 'nights', SessionDuration: 600, Tags: [{ Key: 'shift', Value: 'night' }] };
    expect(
      await root.cam.DescribeRoleList({ Page: 1, Rp: 20, Tags: [{ Key: 'shift', Value: 'night' }] }),
    ).toMatchObject({ TotalNum: 1, List: [changed] });
    expect(await codeOf(deploy.clients.sts.AssumeRole({ ...role, DurationSeconds: 601 }))).toBe(
      'InvalidParameter.OverTimeError',
    );
    const { List } = await root.cam.ListPolicies({ Scope: 'Local', Keyword: 'look' });
    await root.cam.PutRolePermissionsBoundary({ ...named, PolicyId: List![0]!.PolicyId! });
    expect(await mayRun(operator)).toBe(false);
    const { RoleInfo } = await root.cam.GetRole(named);
    expect(await root.cam.GetRolePermissionBoundary({ RoleId: RoleInfo!.RoleId! })).toMatchObject({
      ...{ PolicyName: 'look', PolicyType: 1 },
    });
    await root.cam.DeleteRolePermissionsBoundary(named);
    expect(await mayRun(operator)).toBe(true);

    await root.cam.UpdateAssumeRolePolicy({ ...named, PolicyDocument: trusting(`qcs::cam::uin/${rootUin}:uin/1`) });
    expect(await codeOf(deploy.clients.sts.AssumeRole({ ...role, RoleSessionName: 'late' }))).toBe(DENIED);
    const attached = { RoleId: RoleInfo!.RoleId!, Page: 1, Rp: 20 };
    expect(await root.cam.ListAttachedRolePolicies({ ...attached, PolicyType: 'QCS' })).toMatchObject({
      ...{ TotalNum: 1, List: [{ PolicyName: 'QcloudTATFullAccess', PolicyType: 'QCS' }] },
    });
    await root.cam.DetachRolePolicy({ DetachRoleId: RoleInfo!.RoleId!, PolicyName: 'QcloudTATFullAccess' });
    expect(await mayRun(operator)).toBe(false);
    await root.cam.DeleteRole(named);
    expect(await codeOf(operator.sts.GetCallerIdentity(null))).toBe('AuthFailure.TokenFailure');
  });

  it('vouches for somebody, who may do what both may', async () => {
    const { root, rootUin, temporary, mayRun } = world();
    const { uin, group, clients: user } = deploy;
    await grant('vouch', allow('sts:GetFederationToken'));
    const guestOf = async (Policy: string) => temporary(await user.sts.GetFederationToken({ Name: 'guest', Policy }));
    const guest = await guestOf(documentOf(allow('tat:RunCommand')));
    expect(await guest.sts.GetCallerIdentity(null)).toMatchObject({
      ...{ Arn: `qcs::sts::uin/${rootUin}:federated-user/${uin}`, AccountId: rootUin, Type: 'CAMUser' },
      ...{ UserId: `${uin}:guest`, PrincipalId: String(uin) },
    });
    expect(await mayRun(guest)).toBe(true);
    expect(await mayRun(await guestOf(documentOf(allow('tat:Describe*'))))).toBe(false);
    expect(await mayRun(await guestOf(documentOf(allow('cam:*'))))).toBe(false);
    await root.cam.RemoveUserFromGroup({ Info: [{ GroupId: group, Uin: uin }] });
    expect(await mayRun(guest)).toBe(false);
    await root.cam.AddUserToGroup({ Info: [{ GroupId: group, Uin: uin }] });
    expect(await mayRun(guest)).toBe(true);
    const wide = await guestOf(documentOf(allow('*')));
    const again = { Name: 'friend', Policy: documentOf(allow('*')) };
    expect(await codeOf(wide.sts.GetFederationToken(again))).toBe('FailedOperation.TempKeyNotAllowed');
  });

  it('proves a one-time code, on which a policy insists', async () => {
    const { rootUin, temporary } = world();
    const { uin, clients: user } = deploy;
    await grant(
      'careful',
      allow(['cam:CreateMfaDevice', 'cam:EnableMfaDevice'], `qcs::cam:::uin/${uin}`),
      allow('cam:GetUser', '*', { string_equal: { mfa: '1' } }),
    );
    const { Secret } = (await user.cam.request('CreateMfaDevice', {})) as { Secret: string };
    await user.cam.request('EnableMfaDevice', { Code: oneTimeCode(Secret, Date.now()) });
    const self = { Name: 'deploy' };
    expect(await codeOf(user.cam.GetUser(self))).toBe(DENIED);
    // each code is good once, so this is the one of the next half minute
    const TokenCode = oneTimeCode(Secret, Date.now() + 30_000);
    const SerialNumber = `qcs::cam:uin/${rootUin}::mfa/softToken`;
    const proven = temporary(await user.sts.GetSessionToken({ SerialNumber, TokenCode }));
    expect(await proven.cam.GetUser(self)).toMatchObject({ Uin: uin });
    expect(await proven.sts.GetCallerIdentity(null)).toMatchObject({ UserId: String(uin), Type: 'CAMUser' });
  });

  /** Attaches to the user what these statements say. */
  async function grant(PolicyName: string, ...statement: object[]): Promise<void> {
    const { root } = world();
    const { PolicyId } = await root.cam.CreatePolicy({ PolicyName, PolicyDocument: documentOf(...statement) });
    await root.cam.AttachUserPolicy({ PolicyId: PolicyId!, AttachUin: deploy.uin });
  }
}
