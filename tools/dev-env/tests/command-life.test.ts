import type { DescService } from '@bufbuild/protobuf';
import {
  CommandService,
  InvocationService,
  InvocationStatus,
  InvokerService,
  SchedulePolicy,
  TokenService,
} from '@muster/contract';
import { bearer, createServiceClient, grpcTransport, signExchange } from '@muster/rpc';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
let token: string;
let instanceIds: string[];
beforeAll(async () => {
  fixture = await startFixture(1);
  const { machines, root } = fixture.constellation;
  instanceIds = machines.map(({ instanceId }) => instanceId);
  ({ token } = await at(TokenService).exchangeAccessKey(signExchange(root, Date.now())));
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

/** A client of the service that owns it, as root once there is a token. */
function at<S extends DescService>(service: S) {
  const { iam, command, invocation } = fixture.constellation.grpc;
  const packageName = service.typeName.split('.')[1]!;
  const address = { iam, command, invocation }[packageName as 'iam' | 'command' | 'invocation'];
  return createServiceClient(service, grpcTransport({ address, interceptors: token ? [bearer(() => token)] : [] }));
}

const script = (text: string) => new TextEncoder().encode(text);
const ended = (invocationId: string) =>
  eventually(
    'the end of the run',
    async () => {
      const { invocationSet } = await at(InvocationService).describeInvocations({ invocationIds: [invocationId] });
      const open: (InvocationStatus | undefined)[] = [
        InvocationStatus.PENDING,
        InvocationStatus.RUNNING,
        InvocationStatus.CANCELLING,
      ];
      return !open.includes(invocationSet[0]?.invocationStatus);
    },
    20_000,
  );

it('keeps a command while it runs', async () => {
  const commands = at(CommandService);
  const { commandId } = await commands.createCommand({ commandName: 'running', content: script('sleep 300') });
  const { invocationId } = await at(InvocationService).invokeCommand({ commandId, instanceIds });
  for (const refused of [
    () => commands.deleteCommand({ commandId }),
    () => commands.deleteCommands({ commandIds: [commandId] }),
  ]) {
    await expect(refused()).rejects.toMatchObject({ reason: 'ResourceUnavailable.CommandInExecuting' });
  }
  await at(InvocationService).cancelInvocation({ invocationId });
  await ended(invocationId);
  await commands.deleteCommand({ commandId });
}, 60_000);

it('keeps a command while a schedule has it', async () => {
  const commands = at(CommandService);
  const { commandId } = await commands.createCommand({ commandName: 'bound', content: script('true') });
  const { invokerId } = await at(InvokerService).createInvoker({
    name: 'yearly',
    type: 'SCHEDULE',
    commandId,
    instanceIds,
    scheduleSettings: { policy: SchedulePolicy.RECURRENCE, recurrence: '0 0 1 1 *' },
  });
  await expect(commands.deleteCommand({ commandId })).rejects.toMatchObject({
    reason: 'ResourceUnavailable.CommandInInvoker',
  });
  await at(InvokerService).deleteInvoker({ invokerId });
  await commands.deleteCommand({ commandId });
}, 60_000);

it('runs what a preview shows, at the version that is asked for', async () => {
  const commands = at(CommandService);
  const { commandId } = await commands.createCommand({
    commandName: 'previewed',
    content: script('echo "{{a}}" {{b}} # {{ c }} {{a}}\r\n'),
    enableParameter: true,
    defaultParameters: '{"a":"{{b}}","b":"two"}',
  });
  const parameters = '{"b":"2"}';
  const { replacedContent } = await commands.previewReplacedCommandContent({ commandId, parameters });
  expect(new TextDecoder().decode(replacedContent)).toBe('echo "{{b}}" 2 # {{ c }} {{b}}\r\n');
  await commands.modifyCommand({ commandId, content: script('false') });
  const pinned = { commandId, instanceIds, parameters, commandVersion: 1 };
  const { invocationId } = await at(InvocationService).invokeCommand(pinned);
  await ended(invocationId);
  const filters = [{ name: 'invocation-id', values: [invocationId] }];
  const { invocationTaskSet } = await at(InvocationService).describeInvocationTasks({ filters, hideOutput: false });
  const [task] = invocationTaskSet;
  expect(task?.commandDocument?.content).toEqual(replacedContent);
  expect(new TextDecoder().decode(task?.taskResult?.output)).toBe('{{b}} 2\n');

  expect(await commands.restoreCommandVersion({ commandId, version: 1 })).toMatchObject({ version: 3 });
  expect(await commands.previewReplacedCommandContent({ commandId, parameters })).toMatchObject({ replacedContent });
}, 60_000);
