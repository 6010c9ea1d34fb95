import { create } from '@bufbuild/protobuf';
import {
  CommandSchema,
  CommandType,
  EnrollmentService,
  HeldState,
  InstanceKind,
  OutputStream,
  TaskStatus,
} from '@muster/contract';
import { decideByPolicies, eventually, startNatsServer, tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { connectFakeAgent, registerMachine } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, finish, run, startFixture, startOn, tasksOf, untilTaskIs } from './runs-fixture.ts';

it('accepts runs while the bus is away, and delivers and ends everything once it is back', async () => {
  using folder = tempDirectory('muster-nats-');
  const first = await startNatsServer({ directory: folder.path });
  await using service = await startFixture({}, first);
  const agent = await service.agent();
  const before = await run(service, [agent]);
  const order = await startOn(agent);
  await first.kill();

  const meanwhile = await run(service, [agent]);
  expect((await tasksOf(service, meanwhile))[0]!.taskStatus).toBe(TaskStatus.PENDING);
  expect((await tasksOf(service, before))[0]!.taskStatus).toBe(TaskStatus.RUNNING);

  await using _second = await startNatsServer({ directory: folder.path, port: Number(new URL(first.url).port) });
  await eventually('the machine to be back', () => agent.bus.connected);
  // the service may need a moment more than the machine
  await eventually('an answer to hello', () =>
    agent
      .hello({ held: [{ invocationTaskId: order.invocationTaskId, state: HeldState.RUNNING }] })
      .catch(() => undefined),
  );
  const data = bytes('x');
  const { invocationTaskId } = order;
  await agent.output({ chunks: [{ invocationTaskId, stream: OutputStream.STDOUT, offset: 0, data }] });
  expect((await finish(agent, order, { stdoutLength: 1 })).committed).toBe(true);
  const delayed = await startOn(agent);
  expect(delayed.invocationId).toBe(meanwhile);
  await finish(agent, delayed);
  await untilTaskIs(service, before, TaskStatus.SUCCESS);
  await untilTaskIs(service, meanwhile, TaskStatus.SUCCESS);
});

it('F12: takes runs while the bus is away up to the limit, refuses more in words, and sends in order once it is back', async () => {
  using folder = tempDirectory('muster-nats-');
  const first = await startNatsServer({ directory: folder.path });
  await using service = await startFixture(
    { backlogOfAccount: 3, backlogInAll: 4, deliveryDeadlineSeconds: 600 },
    first,
  );
  const agent = await service.agent();
  const other = 'root@100000000099';
  const code = await service.instances(other).createRegisterCode({ instanceKind: InstanceKind.CVM });
  await using second = await connectFakeAgent(await registerMachine(service.client(EnrollmentService), code));
  await second.hello();
  await first.kill();

  const runs: string[] = [];
  for (let made = 0; made < 3; made++) runs.push(await run(service, [agent]));
  const full = await refusalOf(run(service, [agent]));
  expect(full).toMatchObject({ kind: 'unavailable', reason: 'ResourceUnavailable' });
  expect(full.message).toBe(
    '3 tasks of the account wait to be started, and 1 more would pass the limit of 3; try again later',
  );
  const commandId = 'cmd-stored00';
  const command = { commandId, commandName: 'stored', content: bytes('true'), timeout: 60, version: 1 };
  service.library.commands.set(commandId, create(CommandSchema, { ...command, commandType: CommandType.SHELL }));
  const stored = { commandId, instanceIds: [agent.instanceId] };
  expect((await refusalOf(service.runs().invokeCommand(stored))).message).toBe(full.message);
  // the bus is away for minutes
  service.clock.ahead = 300_000;
  const onSecond = { content: bytes('true'), instanceIds: [second.instanceId] };
  await service.runs(other).runCommand(onSecond);
  const fullInAll = await refusalOf(service.runs(other).runCommand(onSecond));
  expect(fullInAll).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('4 tasks in all') });
  expect((await tasksOf(service, runs[0]!))[0]!.taskStatus).toBe(TaskStatus.PENDING);

  await using _again = await startNatsServer({ directory: folder.path, port: Number(new URL(first.url).port) });
  await eventually('an answer to hello', () =>
    agent.bus.connected ? agent.hello().catch(() => undefined) : undefined,
  );
  const came: string[] = [];
  while (came.length < 3) {
    const { order } = await agent.tasks.next();
    if (came.includes(order.invocationId)) continue;
    came.push(order.invocationId);
    const { invocationTaskId } = order;
    expect((await agent.start({ invocationTaskId, claim: 'claim-1' })).granted).toBe(true);
    await finish(agent, order);
  }
  expect(came).toEqual(runs);
  // there is room again
  await run(service, [agent]);
});

it('ends a watch that lost its right while the bus was away, once it is back', async () => {
  using folder = tempDirectory('muster-nats-');
  const first = await startNatsServer({ directory: folder.path });
  await using service = await startFixture({}, first);
  const agent = await service.agent();
  const invocationId = await run(service, [agent]);
  const opened = Promise.withResolvers<void>();
  const watching = (async () => {
    for await (const { event } of service.runs('user').watchInvocation({ invocationId })) {
      if (event.case !== 'snapshot') continue;
      await first.kill();
      decideByPolicies(service.iam, { effect: 'deny', action: 'tat:*' });
      opened.resolve();
    }
  })();
  // it may be refused before the new server counts as started
  const refused = refusalOf(watching);
  await opened.promise;
  await using _second = await startNatsServer({ directory: folder.path, port: Number(new URL(first.url).port) });
  expect((await refused).reason).toBe('UnauthorizedOperation.CamAuthFailed');
});
