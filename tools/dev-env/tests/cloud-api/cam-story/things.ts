import { allow, type Clients, documentOf, trusting } from './clients.ts';

/** What the calls of the tables name: one of each kind, with as much on it as it may have. */
export interface Things {
  readonly root: string;
  /** `taken`, with two keys. */
  readonly user: number;
  readonly keys: readonly [string, string];
  /** `taken` */
  readonly group: number;
  /** `taken`, with five versions. */
  readonly policy: number;
  /** Of Muster's own. */
  readonly preset: number;
  /** `taken` */
  readonly role: string;
}

/** Makes them, as root. */
export async function makeThings({ cam }: Pick<Clients, 'cam'>, root: string): Promise<Things> {
  const user = await cam.AddUser({ Name: 'taken', UseApi: 1 });
  const { AccessKey } = await cam.CreateAccessKey({ TargetUin: user.Uin! });
  const group = await cam.CreateGroup({ GroupName: 'taken' });
  const PolicyDocument = documentOf(allow('tat:*'));
  const policy = await cam.CreatePolicy({ PolicyName: 'taken', PolicyDocument });
  for (let version = 2; version <= 5; version++) {
    await cam.CreatePolicyVersion({ PolicyId: policy.PolicyId!, PolicyDocument, SetAsDefault: false });
  }
  const { List } = await cam.ListPolicies({ Scope: 'QCS', Keyword: 'AdministratorAccess' });
  const trust = trusting(`qcs::cam::uin/${root}:root`);
  const role = await cam.CreateRole({
    RoleName: 'taken',
    PolicyDocument: trust,
    ConsoleLogin: 0,
    SessionDuration: 600,
  });
  return {
    root,
    user: user.Uin!,
    keys: [user.SecretId!, AccessKey!.AccessKeyId!],
    group: group.GroupId!,
    policy: policy.PolicyId!,
    preset: List![0]!.PolicyId!,
    role: role.RoleId!,
  };
}
