import { join } from 'node:path';
import { createConnectTransport } from '@connectrpc/connect-node';
import {
  AccountService,
  CommandService,
  GroupService,
  IamService,
  InstanceKind,
  InstanceService,
  InvocationService,
  InvokerService,
  OfflinePolicy,
  PolicyService,
  RoleService,
  SchedulePolicy,
} from '@muster/contract';
import { bearer } from '@muster/rpc';
import { driveTerminal } from '../../src/driven-terminal.ts';
import { manage } from '../../src/process.ts';
import { registerAgent } from '../../src/register-agent.ts';
import type { Callers } from '../callers.ts';
import type { Fixture } from '../fixture.ts';

/** One of everything that has an id or a name, by kind. */
export interface Things {
  readonly command: string;
  readonly invoker: string;
  readonly registerCode: string;
  readonly instance: string;
  readonly registered: string;
  readonly invocation: string;
  readonly task: string;
  readonly session: string;
  readonly root: string;
  readonly user: string;
  readonly userName: string;
  readonly collaborator: string;
  readonly receiver: string;
  readonly accessKey: string;
  readonly group: string;
  readonly policy: string;
  readonly policyName: string;
  readonly role: string;
  readonly roleName: string;
}
export type Kind = keyof Things;

/** A root account and what it has; every name of it holds `mark`, and `mark` stands nowhere else. */
export interface Tenant {
  readonly mark: string;
  readonly token: string;
  readonly things: Things;
  /** Of the machine that runs. */
  readonly dataDir: string;
  readonly registerCodeValue: string;
}

/** What nobody ever had, in the form that each kind has. */
export const UNKNOWN: Things = {
  command: 'cmd-unknown0',
  invoker: 'ivk-unknown0',
  registerCode: '00000000-0000-4000-8000-000000000000',
  instance: 'ins-unknown0',
  registered: 'rins-unknown0',
  invocation: 'inv-unknown0',
  task: 'invt-unknown0',
  session: 'ses-unknown0',
  root: '109999999901',
  user: '109999999902',
  userName: 'unknown-user',
  collaborator: '109999999903',
  receiver: '109999999904',
  accessKey: `AKID${'u'.repeat(32)}`,
  group: '109999999905',
  policy: '109999999906',
  policyName: 'unknown-policy',
  role: '109999999907',
  roleName: 'unknown-role',
};

/** What of the tenant stands in an answer: its mark and those of its ids that could not stand there by chance. */
export function tellsOf(text: string, { mark, things }: Tenant): string[] {
  return [mark, ...Object.values(things).filter((id) => id.length > 8)].filter((each) => text.includes(each));
}

/** Another root account of the installation. */
export async function openAccount(callers: Callers, name: string): Promise<{ uin: string; token: string }> {
  const made = await callers.at(AccountService, callers.root).createAccount({ name });
  return { uin: String(made.accountUin), token: await callers.exchange(made) };
}

/** Fills an account with one of everything, a machine that runs included; `keep` stops that one. */
export async function furnish(
  { constellation: { url, agent }, folder }: Pick<Fixture, 'constellation' | 'folder'>,
  callers: Callers,
  { uin: root, token }: { uin: string; token: string },
  { mark, keep }: { mark: string; keep: AsyncDisposableStack },
): Promise<Tenant> {
  const instances = callers.at(InstanceService, token);
  const register = async (instanceKind: InstanceKind, name: string) => {
    const description = `code of ${mark}`;
    const code = await instances.createRegisterCode({ description, instanceKind, registerLimit: 9 });
    const { registerCodeId: id, registerCodeValue: value } = code;
    const dataDir = join(folder, 'data', 'machines', name);
    await registerAgent({ name, dataDir, url, code: { id, value }, agent });
    const filters = [{ name: 'instance-name', values: [name] }];
    const { automationAgentSet } = await instances.describeAutomationAgentStatus({ filters });
    return { dataDir, registerCode: id, registerCodeValue: value, instanceId: automationAgentSet[0]!.instanceId };
  };
  const machine = await register(InstanceKind.CVM, `machine-${mark}`);
  const { registerCode, instanceId: instance } = machine;
  const { instanceId: registered } = await register(InstanceKind.REGISTERED, `registered-${mark}`);
  keep.use(
    await runAgent(agent, { name: `machine-${mark}`, dataDir: machine.dataDir, logs: join(folder, 'data', 'logs') }),
  );

  const content = Buffer.from(`echo ${mark}`);
  const { commandId: command } = await callers
    .at(CommandService, token)
    .createCommand({ commandName: `command-${mark}`, content, workingDirectory: '/tmp' });
  const { invokerId: invoker } = await callers.at(InvokerService, token).createInvoker({
    ...{ name: `invoker-${mark}`, type: 'SCHEDULE', commandId: command, instanceIds: [instance] },
    scheduleSettings: { policy: SchedulePolicy.RECURRENCE, recurrence: '0 0 1 1 *' },
  });
  const runs = callers.at(InvocationService, token);
  const { invocationId: invocation } = await runs.invokeCommand({
    ...{ commandId: command, instanceIds: [instance], offlinePolicy: OfflinePolicy.RUN_ON_RETURN },
  });
  const filters = [{ name: 'invocation-id', values: [invocation] }];
  const { invocationTaskSet } = await runs.describeInvocationTasks({ filters });

  return {
    ...{ mark, token, dataDir: machine.dataDir, registerCodeValue: machine.registerCodeValue },
    things: {
      ...{ command, invoker, registerCode, instance, registered, invocation, root },
      task: invocationTaskSet[0]!.invocationTaskId,
      session: await shell({ url, token }, instance, mark),
      ...(await people(callers, { root, token }, mark)),
    },
  };
}

/** A shell that printed the mark and is over. */
async function shell(
  { url, token }: { readonly url: string; readonly token: string },
  instanceId: string,
  mark: string,
): Promise<string> {
  const transport = createConnectTransport({ baseUrl: url, httpVersion: '1.1', interceptors: [bearer(() => token)] });
  const open = { instanceId, reason: `reason of ${mark}` };
  await using terminal = await driveTerminal({ url, transport, token }, { open });
  terminal.type(`echo ${mark}; exit\n`);
  await terminal.ended;
  return terminal.sessionId;
}

function runAgent(
  entry: string,
  { name, dataDir, logs }: Readonly<Record<'name' | 'dataDir' | 'logs', string>>,
): Promise<AsyncDisposable> {
  const program = {
    ...{ name, cwd: dataDir, entry, args: ['run', '--data-dir', dataDir] },
    logFile: join(logs, `agent-${name}.log`),
    env: {
      MUSTER_LOG_LEVEL: 'trace',
      MUSTER_AGENT_RECONNECT_MAX_SECONDS: '1',
      MUSTER_AGENT_KILL_ON_STOP: 'true',
      MUSTER_AGENT_ROOT_STAND_IN: 'true',
    },
  };
  return manage(program, (_, how) => {
    throw new Error(`${name} ended: ${how}`);
  });
}

async function people(callers: Callers, { root, token }: { root: string; token: string }, mark: string) {
  const [userName, policyName, roleName] = [`user-${mark}`, `policy-${mark}`, `role-${mark}`];
  const iam = callers.at(IamService, token);
  const user = await iam.addUser({ name: userName, useApi: true });
  const guest = await openAccount(callers, `guest-${mark}`);
  const accounts = callers.at(AccountService, token);
  await accounts.addCollaborator({ uin: guest.uin });
  const receiver = await accounts.createMessageReceiver({ name: `receiver-${mark}`, email: 'a@b.example' });
  const statement = [{ effect: 'allow', action: 'tat:*', resource: '*' }];
  const policyDocument = JSON.stringify({ version: '2.0', statement });
  const groups = callers.at(GroupService, token);
  // the first numbers stand in texts of refusals
  await iam.createPolicy({ policyName: `spare-${mark}`, policyDocument });
  await groups.createGroup({ groupName: `spare-${mark}` });
  const { policyId } = await iam.createPolicy({ policyName, policyDocument });
  const { groupId } = await groups.createGroup({ groupName: `group-${mark}` });
  const trust = { effect: 'allow', action: 'sts:AssumeRole', principal: { qcs: [`qcs::cam::uin/${root}:root`] } };
  const { roleId } = await callers.at(RoleService, token).createRole({
    ...{ roleName, policyDocument: JSON.stringify({ version: '2.0', statement: [trust] }) },
  });
  await callers.at(PolicyService, token).putUserPermissionsBoundary({ targetUin: user.uin, policyId });
  return {
    ...{ user: String(user.uin), userName, collaborator: guest.uin, receiver: String(receiver.uin) },
    ...{ accessKey: user.secretId, group: String(groupId), policy: String(policyId), policyName },
    ...{ role: roleId, roleName },
  };
}
