import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { InstanceService, InvocationService, OfflinePolicy, TaskStatus, TokenService } from '@muster/contract';
import { bearer, createServiceClient, grpcTransport, signExchange } from '@muster/rpc';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRegisterCode, rootTransport } from '../src/account.ts';
import { registerAgent } from '../src/register-agent.ts';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
let allowedCommands: string[];
let otherCommand: string;
let allowedInstance: string;
let otherInstance: string;
let key: { secretId: string; secretKey: string };

const json = async (args: readonly string[], stdin?: string) => {
  const { code, stdout, stderr } = await fixture.muster([...args, '--json'], { stdin });
  if (code !== 0) throw new Error(`muster ${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
};

// Example 10 of the CAM samples: InvokeCommand on one instance with two commands, and nothing else
beforeAll(async () => {
  fixture = await startFixture(2);
  const ids = [];
  for (const name of ['first', 'second', 'third']) {
    ids.push((await json(['command', 'create', name, '-f', '-'], `echo ${name}`)).CommandId as string);
  }
  allowedCommands = ids.slice(0, 2);
  otherCommand = ids[2]!;
  [allowedInstance, otherInstance] = fixture.constellation.machines.map(({ instanceId }) => instanceId) as [
    string,
    string,
  ];
  const account = fixture.constellation.root.uin;
  const resource = (service: string, path: string) => `qcs::${service}:ap-guangzhou:uin/${account}:${path}`;
  const policy = {
    version: '2.0',
    statement: [
      {
        effect: 'allow',
        action: ['tat:InvokeCommand'],
        resource: [
          resource('cvm', `instance/${allowedInstance}`),
          ...allowedCommands.map((id) => resource('tat', `command/${id}`)),
        ],
      },
    ],
  };
  await json(['iam', 'user', 'add', 'ana']);
  const created = await json(['iam', 'key', 'create', '--user', 'ana']);
  key = {
    secretId: (created.AccessKey as { AccessKeyId: string }).AccessKeyId,
    secretKey: created.SecretAccessKey as string,
  };
  await json(['iam', 'policy', 'create', 'e10', '-f', '-'], JSON.stringify(policy));
  await json(['iam', 'policy', 'attach', 'e10', 'ana']);
  const login = await fixture.muster(
    ['login', '--url', fixture.constellation.url, '--secret-id', key.secretId, '--secret-key-stdin'],
    {
      context: 'ana',
      stdin: key.secretKey,
    },
  );
  expect(login.code, login.stderr).toBe(0);
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

const doors = ['gRPC', 'Connect'] as const;
async function transportOf(door: (typeof doors)[number]): Promise<Transport> {
  const gateway = createConnectTransport({ baseUrl: fixture.constellation.url, httpVersion: '1.1' });
  const { token } = await createServiceClient(TokenService, gateway).exchangeAccessKey(signExchange(key, Date.now()));
  const interceptors = [bearer(() => token)];
  return door === 'gRPC'
    ? grpcTransport({ address: fixture.constellation.grpc.invocation, interceptors })
    : createConnectTransport({ baseUrl: fixture.constellation.url, httpVersion: '1.1', interceptors });
}

describe.each(doors)('through %s', (door) => {
  it('allows exactly the named commands on exactly the named instance', async () => {
    const invocations = createServiceClient(InvocationService, await transportOf(door));
    for (const commandId of allowedCommands) {
      const { invocationId } = await invocations.invokeCommand({ commandId, instanceIds: [allowedInstance] });
      expect(invocationId).toMatch(/^inv-/);
    }
    await expect(
      invocations.invokeCommand({ commandId: otherCommand, instanceIds: [allowedInstance] }),
    ).rejects.toMatchObject({
      kind: 'denied',
      reason: 'UnauthorizedOperation.CamAuthFailed',
      details: { action: 'tat:InvokeCommand', resource: expect.stringContaining(`command/${otherCommand}`) },
    });
    await expect(
      invocations.invokeCommand({ commandId: allowedCommands[0]!, instanceIds: [allowedInstance, otherInstance] }),
    ).rejects.toMatchObject({
      details: { action: 'tat:InvokeCommand', resource: expect.stringContaining(`instance/${otherInstance}`) },
    });
    await expect(
      invocations.runCommand({ content: new TextEncoder().encode('id'), instanceIds: [allowedInstance] }),
    ).rejects.toMatchObject({
      kind: 'denied',
      details: { action: 'tat:RunCommand' },
    });
  });

  it('hides what may not be seen in lists, and refuses it when it is asked for by name', async () => {
    const transport = await transportOf(door);
    await expect(createServiceClient(InvocationService, transport).describeInvocations({})).resolves.toMatchObject({
      totalCount: 0,
    });
    const instances = createServiceClient(InstanceService, transport);
    await expect(instances.describeAutomationAgentStatus({})).resolves.toMatchObject({ totalCount: 0 });
    await expect(instances.describeAutomationAgentStatus({ instanceIds: [allowedInstance] })).rejects.toMatchObject({
      details: { action: 'tat:DescribeAutomationAgentStatus' },
    });
  });
});

it('tells a user of the CLI which action and resource was denied', async () => {
  const fine = await fixture.muster(['invoke', allowedCommands[0]!, '-t', allowedInstance, '--detach'], {
    context: 'ana',
  });
  expect(fine.code, fine.stderr).toBe(0);
  const denied = await fixture.muster(['invoke', otherCommand, '-t', allowedInstance, '--detach'], { context: 'ana' });
  expect(denied.code).toBe(1);
  expect(denied.stderr).toContain('tat:InvokeCommand');
  expect(denied.stderr).toContain(`command/${otherCommand}`);
});

it('F40: bites on the next call when the policy is detached', async () => {
  const invocations = createServiceClient(InvocationService, await transportOf('gRPC'));
  await json(['iam', 'policy', 'detach', 'e10', 'ana']);
  await expect(
    invocations.invokeCommand({ commandId: allowedCommands[0]!, instanceIds: [allowedInstance] }),
  ).rejects.toMatchObject({ kind: 'denied' });
  await json(['iam', 'key', 'disable', key.secretId, '--user', 'ana']);
  await expect(
    invocations.invokeCommand({ commandId: allowedCommands[0]!, instanceIds: [allowedInstance] }),
  ).rejects.toMatchObject({ kind: 'unauthenticated' });
});

it('F40: a run that waits for an absent machine ends when its maker loses the right, or the key it was made with', async () => {
  const { url, root, agent } = fixture.constellation;
  const dataDir = join(fixture.folder, 'absent');
  await registerAgent({ name: 'absent', dataDir, url, code: await createRegisterCode(url, root, 1), agent });
  const { instanceId } = JSON.parse(readFileSync(join(dataDir, 'agent.json'), 'utf8')) as { instanceId: string };
  await json(['iam', 'user', 'add', 'ben']);
  const created = await json(['iam', 'key', 'create', '--user', 'ben']);
  const { AccessKeyId: secretId } = created.AccessKey as { AccessKeyId: string };
  const bens = { secretId, secretKey: created.SecretAccessKey as string };
  const statement = [{ effect: 'allow', action: ['tat:RunCommand'], resource: ['*'] }];
  await json(['iam', 'policy', 'create', 'runs', '-f', '-'], JSON.stringify({ version: '2.0', statement }));
  await json(['iam', 'policy', 'attach', 'runs', 'ben']);
  const gateway = createConnectTransport({ baseUrl: url, httpVersion: '1.1' });
  const { token } = await createServiceClient(TokenService, gateway).exchangeAccessKey(signExchange(bens, Date.now()));
  const asBen = createConnectTransport({ baseUrl: url, httpVersion: '1.1', interceptors: [bearer(() => token)] });
  const make = async () => {
    const content = new TextEncoder().encode('true');
    const waits = { offlinePolicy: OfflinePolicy.RUN_ON_RETURN, offlineExpiry: 3_600 };
    const run = { content, instanceIds: [instanceId], ...waits };
    return (await createServiceClient(InvocationService, asBen).runCommand(run)).invocationId;
  };
  const asRoot = createServiceClient(InvocationService, await rootTransport(url, root));
  const cancelled = (invocationId: string) =>
    eventually('the task to end', async () => {
      const filters = [{ name: 'invocation-id', values: [invocationId] }];
      const [task] = (await asRoot.describeInvocationTasks({ filters })).invocationTaskSet;
      return task!.taskStatus === TaskStatus.CANCELLED ? task!.errorInfo : undefined;
    });

  const [first, second] = [await make(), await make()];
  await json(['iam', 'policy', 'detach', 'runs', 'ben']);
  for (const invocationId of [first, second]) expect(await cancelled(invocationId)).toContain('tat:RunCommand');
  await json(['iam', 'policy', 'attach', 'runs', 'ben']);
  const third = await make();
  await json(['iam', 'key', 'disable', secretId, '--user', 'ben']);
  expect(await cancelled(third)).toContain('gone or switched off');
}, 60_000);
