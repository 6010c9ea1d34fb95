import { OutputStream, type TaskOrder, TaskStatus } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { expect, it } from 'vitest';
import { OutputStock } from '../src/store/output-stock.ts';
import type { FakeAgent } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { joined, noise, startedTask, write } from './reported-output.ts';
import { bytes, type Fixture, finish, openStoreOf, startFixture, tasksOf, untilTaskIs } from './runs-fixture.ts';

const { STDOUT } = OutputStream;
const DAY = 86_400_000;

const read = (service: Fixture, invocationTaskId: string) =>
  Array.fromAsync(service.runs().getTaskOutput({ invocationTaskId }));

it('retention removes by age what has ended, says so, and never touches what runs', async () => {
  await using service = await startFixture({ outputRetentionDays: 7 });
  const agent = await service.agent();
  await using store = await openStoreOf(service.config);
  const old = await endedTask(service, agent);
  const alive = await startedTask(service, agent);
  await write(agent, alive, STDOUT, 0, bytes('needle'));
  service.clock.ahead = 7 * DAY - 60_000;
  const young = await endedTask(service, agent);
  expect((await read(service, old.invocationTaskId)).length).toBe(1);
  service.clock.ahead = 7 * DAY + 1_000;
  const expired = await eventually('it to be removed', async () => {
    const [task] = await tasksOf(service, old.invocationId);
    return task!.taskResult!.outputExpired ? task : undefined;
  });
  expect(expired.taskResult).toMatchObject({ output: new Uint8Array(), dropped: 6n, stdoutLength: 6 });
  const id = old.invocationTaskId;
  for (const call of [
    read(service, id),
    Array.fromAsync(service.runs().searchTaskOutput({ invocationTaskId: id, text: 'needle' })),
  ]) {
    expect(await refusalOf(call)).toMatchObject({
      kind: 'not_found',
      reason: 'ResourceNotFound',
      message: `the output of invocation task \`${id}\` is no longer stored: it was removed by age or size`,
    });
  }
  const { invocationId } = old;
  expect(await Array.fromAsync(service.runs().searchTaskOutput({ invocationId, text: 'needle' }))).toEqual([]);
  const watched = await Array.fromAsync(service.runs().watchInvocation({ invocationId, withOutput: true }));
  expect(watched.map(({ event }) => event.case)).toEqual(['snapshot']);
  for (const { invocationTaskId } of [alive, young]) {
    expect(joined(await read(service, invocationTaskId), STDOUT).toString()).toBe('needle');
  }
  const rows = await store.selectFrom('task_output').select('invocation_task_id').execute();
  expect(rows.map((row) => row.invocation_task_id)).not.toContain(id);
  await finish(agent, alive, { stdoutLength: 6 });
});

it('retention removes the oldest when there is too much, whatever is running, and reuses the room', async () => {
  const room = 400_000;
  await using service = await startFixture({ outputMaxTotalBytes: room });
  const agent = await service.agent();
  await using store = await openStoreOf(service.config);
  const alive = await startedTask(service, agent);
  await write(agent, alive, STDOUT, 0, noise(150_000));
  const orders: TaskOrder[] = [];
  for (let index = 0; index < 6; index++) {
    const order = await startedTask(service, agent);
    await write(agent, order, STDOUT, 0, noise(100_000, index + 2));
    await finish(agent, order, { stdoutLength: 100_000 });
    orders.push(order);
  }
  const stock = new OutputStock(store);
  await eventually('there to be little enough', async () => (await stock.totalBytes()) <= room);
  const expired: boolean[] = [];
  for (const order of orders) {
    const [task] = await tasksOf(service, order.invocationId);
    expired.push(task!.taskResult!.outputExpired);
  }
  expect(expired).toEqual([true, true, true, true, false, false]);
  const kept = await read(service, alive.invocationTaskId);
  expect(Buffer.compare(joined(kept, STDOUT), noise(150_000))).toBe(0);
  await finish(agent, alive, { stdoutLength: 150_000 });
  await untilTaskIs(service, alive.invocationId, TaskStatus.SUCCESS);
});

async function endedTask(service: Fixture, agent: FakeAgent): Promise<TaskOrder> {
  const order = await startedTask(service, agent);
  await write(agent, order, STDOUT, 0, bytes('needle'));
  await finish(agent, order, { stdoutLength: 6 });
  return order;
}
