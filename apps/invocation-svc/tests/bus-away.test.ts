import { HeldState, OutputStream, TaskStatus } from '@muster/contract';
import { decideByPolicies, eventually, startNatsServer, tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { refusalOf } from './machines-fixture.ts';
import { bytes, finish, run, startFixture, startOn, tasksOf, untilTaskIs } from './runs-fixture.ts';

it('accepts runs while the bus is away, and delivers and ends everything once it is back', async () => {
  using folder = tempDirectory('muster-nats-');
  const first = await startNatsServer({ directory: folder.path });
  await using service = await startFixture({ offlineAfterSeconds: 86_400 }, first);
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

it('ends a watch that lost its right while the bus was away, once it is back', async () => {
  using folder = tempDirectory('muster-nats-');
  const first = await startNatsServer({ directory: folder.path });
  await using service = await startFixture({ offlineAfterSeconds: 86_400 }, first);
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
  await opened.promise;
  await using _second = await startNatsServer({ directory: folder.path, port: Number(new URL(first.url).port) });
  expect((await refusalOf(watching)).reason).toBe('UnauthorizedOperation.CamAuthFailed');
});
