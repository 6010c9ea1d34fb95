import { join } from 'node:path';
import { newUserKey } from '@muster/bus';
import { EnrollmentService, IamService, InvocationService, type TaskStatus } from '@muster/contract';
import { eventually, startObjectStore } from '@muster/testkit';
import { manage } from '../../../src/process.ts';
import { registerAgent } from '../../../src/register-agent.ts';
import { startCalling } from '../../callers.ts';
import { type Fixture, startFixture } from '../../fixture.ts';
import { rotatingTat, type Tat } from '../ways.ts';

/** Most commands of an account here, so that one can have all that it may. */
export const COMMAND_QUOTA = 5;

/** Most tasks of an account here that may wait to be started. */
export const BACKLOG = 4;

/** Everything that the calls of the tables name. */
export interface World extends AsyncDisposable {
  readonly fixture: Fixture;
  /** As the root account. */
  readonly tat: Tat;
  /** Each kind of call that was sent. */
  readonly sent: ReadonlySet<string>;
  /** Machines that are there. */
  readonly online: readonly [string, string];
  /** A machine whose agent was there. */
  readonly absent: string;
  /** A machine whose agent was never heard. */
  readonly silent: string;
  /** Without parameters, and with `who` (by default), `where` (not) and `key` (hidden). */
  readonly plain: string;
  readonly withParameters: string;
  /** In the language of another system than the machines have. */
  readonly forWindows: string;
  /** A run that has ended. */
  readonly run: string;
  /** Its first task. */
  readonly task: string;
  /** Fires every hour. */
  readonly invoker: string;
  /** A bucket that is there; there is none at `missingBucket`. */
  readonly bucket: string;
  readonly missingBucket: string;
  /** Waits until a run has ended, or until one of its tasks is in this status. */
  until(invocationId: string, status?: TaskStatus): Promise<void>;
  /** A client of a new user who may do what these statements say. */
  userWith(name: string, statement: readonly object[]): Promise<Tat>;
}

/** The script as requests carry it. */
export function base64(script: string): string {
  return Buffer.from(script).toString('base64');
}

/** Boots Muster with two machines that are there, and two that are not. */
export async function startWorld(): Promise<World> {
  await using starting = new AsyncDisposableStack();
  const store = starting.use(await startObjectStore(['logs-1250000000']));
  const settings = {
    gateway: { MUSTER_API_CALLS_PER_SECOND: '0' },
    'command-svc': { MUSTER_COMMAND_QUOTA: String(COMMAND_QUOTA) },
    'invocation-svc': {
      MUSTER_BACKLOG_OF_ACCOUNT: String(BACKLOG),
      MUSTER_COS_SECRET_ID: store.secretId,
      MUSTER_COS_SECRET_KEY_FILE: store.secretKeyFile,
      MUSTER_COS_ENDPOINT: store.endpoint,
    },
  };
  const fixture = starting.use(await startFixture(2, { settings }));
  const { url, root, machines } = fixture.constellation;
  const callers = await startCalling(fixture.constellation);
  const sent = new Set<string>();
  const clientOf = (key: { secretId: string; secretKey: string }) =>
    rotatingTat({ url, secretId: key.secretId, secretKey: key.secretKey }, (what) => sent.add(what));
  const tat = clientOf(root);

  // a run names machines of one kind
  const code = await tat.CreateRegisterCode({ RegisterLimit: 2, ...{ InstanceKind: 'CVM' } });
  const [id, value] = [code.RegisterCodeId!, code.RegisterCodeValue!];
  const { instanceId: silent } = await callers.at(EnrollmentService).registerInstance({
    ...{ registerCodeId: id, registerCodeValue: value, publicKey: newUserKey().getPublicKey() },
    ...{ hostName: 'silent', systemName: 'Linux', agentVersion: '0.1.0' },
  });
  await startAndStop(fixture, { id, value });
  const absent = await eventually('the agent to be gone', async () => {
    const Filters = [{ Name: 'agent-status', Values: ['Offline'] }];
    const { AutomationAgentSet } = await tat.DescribeAutomationAgentStatus({ Filters });
    return AutomationAgentSet!.find(({ InstanceId }) => InstanceId !== silent)?.InstanceId;
  });

  const plain = await tat.CreateCommand({ CommandName: 'plain', Content: base64('echo {{a}}') });
  const withParameters = await tat.CreateCommand({
    ...{ CommandName: 'greet', Description: 'greets', Content: base64('echo {{who}} in {{where}} {{tat-hidden:key}}') },
    ...{ EnableParameter: true, DefaultParameters: '{"who":"you","key":"default-secret"}' },
    ...{ WorkingDirectory: '/tmp', Timeout: 30 },
  });
  const forWindows = await tat.CreateCommand({ CommandName: 'dir', Content: base64('dir'), CommandType: 'BAT' });
  const online = [machines[0]!.instanceId, machines[1]!.instanceId] as const;
  const until = async (invocationId: string, status?: TaskStatus) => {
    for await (const { event } of callers.at(InvocationService, callers.root).watchInvocation({ invocationId })) {
      const tasks = event.case === 'snapshot' ? event.value.tasks : event.case === 'task' ? [event.value] : [];
      if (tasks.some(({ taskStatus }) => taskStatus === status)) return;
    }
  };
  const run = await tat.RunCommand({ Content: base64('true'), WorkingDirectory: '/tmp', InstanceIds: [...online] });
  await until(run.InvocationId!);
  const { InvocationSet } = await tat.DescribeInvocations({ InvocationIds: [run.InvocationId!] });
  const ScheduleSettings = { Policy: 'RECURRENCE', Recurrence: '0 * * * *' };
  const hourly = { Name: 'hourly', Type: 'SCHEDULE', InstanceIds: [...online], ScheduleSettings };
  const invoker = await tat.CreateInvoker({ ...hourly, CommandId: plain.CommandId! });
  const world = {
    ...{ fixture, tat, sent, online, absent, silent, until },
    plain: plain.CommandId!,
    withParameters: withParameters.CommandId!,
    forWindows: forWindows.CommandId!,
    run: run.InvocationId!,
    task: InvocationSet![0]!.InvocationTaskBasicInfoSet![0]!.InvocationTaskId!,
    invoker: invoker.InvokerId!,
    bucket: `${store.endpoint}/logs-1250000000`,
    missingBucket: `${store.endpoint}/missing`,
    async userWith(name: string, statement: readonly object[]) {
      const iam = callers.at(IamService, callers.root);
      const user = await iam.addUser({ name, useApi: true });
      if (statement.length > 0) {
        const policyDocument = JSON.stringify({ version: '2.0', statement });
        const { policyId } = await iam.createPolicy({ policyName: name, policyDocument });
        await iam.attachUserPolicy({ policyId, attachUin: user.uin });
      }
      return clientOf(user);
    },
  };
  const running = starting.move();
  return { ...world, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** A machine whose agent says hello, and then stops. */
async function startAndStop(fixture: Fixture, code: { id: string; value: string }): Promise<void> {
  const { url, agent } = fixture.constellation;
  const dataDir = join(fixture.folder, 'absent');
  await registerAgent({ name: 'absent', dataDir, url, code, agent });
  const program = { name: 'absent', entry: agent, args: ['run', '--data-dir', dataDir], env: {}, cwd: fixture.folder };
  await using _agent = await manage({ ...program, logFile: join(fixture.folder, 'absent.log') }, () => undefined);
}
