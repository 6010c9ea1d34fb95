import { EnrollmentService, InstanceKind, InvocationStatus } from '@muster/contract';
import { expect, it } from 'vitest';
import { connectFakeAgent, registerMachine } from './fake-agent.ts';
import { bytes, finish, run, startFixture, startOn } from './runs-fixture.ts';

const BACKLOG = 200;

it('T31: a quiet account’s task is sent before the backlog of a noisy one, which goes on', async () => {
  // at this rate the backlog takes a minute
  await using service = await startFixture({ tasksPerSecond: 4 });
  const noisy = await service.agent();
  const quiet = 'root@100000000099';
  const code = await service.instances(quiet).createRegisterCode({ instanceKind: InstanceKind.CVM });
  await using agent = await connectFakeAgent(await registerMachine(service.client(EnrollmentService), code));
  await agent.hello();
  for (let count = 0; count < BACKLOG; count++) await run(service, [noisy]);
  await noisy.tasks.next();

  const { instanceId } = agent;
  const { invocationId } = await service.runs(quiet).runCommand({ content: bytes('true'), instanceIds: [instanceId] });
  expect((await agent.tasks.next()).order.invocationId).toBe(invocationId);
  expect(noisy.tasks.waiting.length).toBeLessThan(BACKLOG - 1);
  // the noisy one is not shut out
  await noisy.tasks.next();
});

it('T31: a task that waits for its account’s turn is not taken for one whose machine does not answer', async () => {
  // the last of them is sent when its deadline has passed several times
  await using service = await startFixture({ tasksPerSecond: 8, deliveryDeadlineSeconds: 2 });
  const agent = await service.agent();
  for (let count = 0; count < 40; count++) await run(service, [agent]);
  for (let count = 0; count < 40; count++) {
    const order = await startOn(agent, `claim-${count}`);
    await finish(agent, order, { claim: `claim-${count}` });
  }
  const { invocationSet } = await service.runs().describeInvocations({ limit: 100 });
  const statuses = invocationSet.map(({ invocationStatus }) => invocationStatus);
  expect(statuses).toEqual(Array.from({ length: 40 }, () => InvocationStatus.SUCCESS));
});
