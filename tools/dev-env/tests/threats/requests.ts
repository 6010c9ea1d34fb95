import { AccessKeyStatus, OutputStream, SchedulePolicy } from '@muster/contract';
import { signExchange } from '@muster/rpc';
import type { Things } from './tenants.ts';

const policyDocument = JSON.stringify({
  version: '2.0',
  statement: [{ effect: 'allow', action: 'tat:*', resource: '*' }],
});
const trustDocument = JSON.stringify({
  version: '2.0',
  statement: [{ effect: 'allow', action: 'sts:AssumeRole', principal: { qcs: ['qcs::cam::uin/100000000001:root'] } }],
});
/** The public half of a key that nobody has. */
const NKEY = 'UBPJQO7QX7EIM24F2JEEKLIY5BN7VDXMQ2EVO7RWMSRKDLGZLW5QLTGW';
const tags = [{ key: 'team', value: 'ops' }];
const tagKeys = ['team'];
const content = Buffer.from('true');
const schedule = { policy: SchedulePolicy.RECURRENCE, recurrence: '0 0 1 1 *' };

type Request = (own: Things) => object;

/** What a request needs besides the name that is put to the test, so that nothing but that name can be at fault; `{}` where none is listed. */
const REQUESTS: Readonly<Record<string, Request>> = {
  DescribeQuotas: () => ({ resourceNames: ['COMMAND', 'REGISTER_CODE'] }),
  RestoreCommandVersion: () => ({ version: 1 }),
  ModifyCommand: () => ({ description: 'changed' }),
  PreviewReplacedCommandContent: () => ({ parameters: '{}' }),
  ...each(['TagCommands', 'TagInstances', 'TagInvokers', 'TagRegisterCodes', 'TagResources', 'TagRole'], { tags }),
  ...each(['UntagCommands', 'UntagInstances', 'UntagInvokers', 'UntagRegisterCodes', 'UntagResources', 'UntagRole'], {
    tagKeys,
  }),
  RunCommand: ({ instance }) => ({ content, workingDirectory: '/tmp', instanceIds: [instance] }),
  InvokeCommand: ({ command, instance }) => ({ commandId: command, instanceIds: [instance] }),
  CancelInvocation: ({ invocation }) => ({ invocationId: invocation }),
  RetryInvocation: ({ invocation }) => ({ invocationId: invocation }),
  WatchInvocation: ({ invocation }) => ({ invocationId: invocation, withOutput: true }),
  SearchTaskOutput: ({ invocation }) => ({ invocationId: invocation, text: 'x' }),
  GetTaskOutput: () => ({ stream: OutputStream.STDOUT }),
  CreateInvoker: ({ command, instance }) => ({
    ...{ name: 'created', type: 'SCHEDULE', commandId: command, instanceIds: [instance], scheduleSettings: schedule },
  }),
  ModifyInvoker: ({ invoker }) => ({ invokerId: invoker }),
  ForwardPort: () => ({ port: 80 }),
  SearchRecordings: () => ({ query: 'only' }),
  ModifyRegisterInstance: () => ({ instanceName: 'renamed' }),
  RegisterInstance: () => ({
    ...{ registerCodeValue: 'x'.repeat(32), publicKey: NKEY, hostName: 'h', localIp: '10.0.0.1' },
    ...{ systemName: 'Linux', agentVersion: '0.1.0', machineId: 'm' },
  }),
  RenewCredentials: () => ({ timestampMs: BigInt(Date.now()), signature: Buffer.alloc(64) }),
  ExchangeAccessKey: () => signExchange({ secretId: '', secretKey: 'wrong' }, Date.now()),
  Login: ({ root, userName }) => ({ accountUin: root, userName, password: 'Wrong-password-1' }),
  AssumeRole: () => ({ roleSessionName: 'session' }),
  DescribeSubAccounts: ({ user }) => ({ filterSubAccountUin: [user] }),
  UpdateUser: () => ({ remark: 'changed' }),
  UpdateAccessKey: ({ accessKey }) => ({ accessKeyId: accessKey, status: AccessKeyStatus.INACTIVE }),
  DeleteAccessKey: ({ accessKey }) => ({ accessKeyId: accessKey }),
  EnableMfaDevice: () => ({ code: '123456' }),
  UpdateGroup: () => ({ remark: 'changed' }),
  AddUserToGroup: ({ group, user }) => ({ info: [{ groupId: group, uin: user }] }),
  RemoveUserFromGroup: ({ group, user }) => ({ info: [{ groupId: group, uin: user }] }),
  AttachGroupPolicy: ({ policy, group }) => ({ policyId: policy, attachGroupId: group }),
  DetachGroupPolicy: ({ policy, group }) => ({ policyId: policy, detachGroupId: group }),
  AttachUserPolicy: ({ policy, user }) => ({ policyId: policy, attachUin: user }),
  DetachUserPolicy: ({ policy, user }) => ({ policyId: policy, detachUin: user }),
  UpdatePolicy: () => ({ description: 'changed' }),
  CreatePolicyVersion: () => ({ policyDocument }),
  DeletePolicyVersion: () => ({ versionId: [1] }),
  ...each(['GetPolicyVersion', 'SetDefaultPolicyVersion'], { versionId: 1 }),
  PutUserPermissionsBoundary: ({ policy, user }) => ({ policyId: policy, targetUin: user }),
  UpdateAssumeRolePolicy: () => ({ policyDocument: trustDocument }),
  UpdateRoleDescription: () => ({ description: 'changed' }),
  UpdateRoleSessionDuration: () => ({ sessionDuration: 7_200 }),
  AttachRolePolicy: ({ policy, role }) => ({ policyId: policy, attachRoleId: role }),
  DetachRolePolicy: ({ policy, role }) => ({ policyId: policy, detachRoleId: role }),
  PutRolePermissionsBoundary: ({ policy, role }) => ({ policyId: policy, roleId: role }),
  SimulatePolicy: ({ user }) => ({
    ...{ subject: { kind: 1, id: user }, actions: ['tat:DescribeCommands'], resources: [{ resource: '*' }] },
  }),
  WhoCan: () => ({ action: 'tat:DescribeCommands' }),
  ListEffective: () => ({ service: 'tat' }),
};

/** Of two fields that name the same thing in two ways, the one that goes when the other is put to the test. */
const INSTEAD: Readonly<Record<string, string>> = {
  roleName: 'roleId',
  attachRoleName: 'attachRoleId',
  detachRoleName: 'detachRoleId',
  policyName: 'policyId',
  'selector.names': 'instanceIds',
  invocationTaskId: 'invocationId',
};

function each(methods: readonly string[], request: object): Record<string, Request> {
  return Object.fromEntries(methods.map((method) => [method, () => request]));
}

/** A request that would be answered if the field under test named something of the caller's own. */
export function requestFor(method: string, field: string, own: Things): object {
  const request: Record<string, unknown> = { ...REQUESTS[method]?.(own) };
  delete request[INSTEAD[field] ?? ''];
  return request;
}
