import { create, toBinary } from '@bufbuild/protobuf';
import { subjects } from '@muster/bus';
import {
  HeartbeatSchema,
  OutputReportSchema,
  OutputStream,
  TaskStatus,
  type WatchInvocationResponse,
} from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn, untilTaskIs } from './runs-fixture.ts';

const CHUNK = 100 << 10;

let service: Fixture;
beforeAll(async () => {
  service = await startFixture({ outputLimitBytes: 64 << 20 }, undefined, { watching: { mostBytes: 2 << 20 } });
});
afterAll(() => service[Symbol.asyncDispose]());

const chunkOf = (letter: number) => new Uint8Array(CHUNK).fill(97 + (letter % 26));
const outputOf = (invocationTaskId: string, offset: number, data: Uint8Array) => ({
  chunks: [{ invocationTaskId, stream: OutputStream.STDOUT, offset, data }],
});

/** Says everything that it can as fast as the bus takes it, and waits for no answer, until it is told to stop. */
async function flood(agent: FakeAgent, invocationTaskId: string, stop: AbortSignal): Promise<number> {
  const { instanceId, epoch } = agent;
  const { connection } = agent.bus;
  const output = toBinary(
    OutputReportSchema,
    create(OutputReportSchema, { epoch, ...outputOf(invocationTaskId, 0, chunkOf(0)) }),
  );
  const heartbeat = toBinary(HeartbeatSchema, create(HeartbeatSchema, { epoch }));
  let said = 0;
  while (!stop.aborted) {
    for (let message = 0; message < 20; message++, said++) {
      connection.publish(subjects.agentUp(instanceId, 'output'), output, {
        reply: `${subjects.agentInbox(instanceId)}.x`,
      });
      connection.publish(subjects.agentUp(instanceId, 'heartbeat'), heartbeat);
      connection.publish(subjects.agentUp(instanceId, 'result'), new Uint8Array([255]));
    }
    await connection.flush();
  }
  return said;
}

it('T32: a machine that floods costs others nothing and loses nothing of its own', async () => {
  const noisy = await service.agent();
  const quiet = await service.agent();
  const noisyRun = await run(service, [noisy]);
  const noisyOrder = await startOn(noisy);
  const stop = new AbortController();
  const flooding = flood(noisy, noisyOrder.invocationTaskId, stop.signal);
  for (let turn = 0; turn < 5; turn++) {
    const invocationId = await run(service, [quiet]);
    const order = await startOn(quiet);
    await quiet.output(outputOf(order.invocationTaskId, 0, bytes('hello')));
    await finish(quiet, order, { stdoutLength: 5 });
    await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  }
  stop.abort();
  expect(await flooding).toBeGreaterThan(50);
  // what it says in order afterwards, and again where it gets no answer as every machine does, is taken as if nothing had been
  const insisting = <T>(say: () => Promise<T>) => eventually('an answer', () => say().catch(() => undefined), 25_000);
  const { positions } = await insisting(() => noisy.output(outputOf(noisyOrder.invocationTaskId, CHUNK, bytes('end'))));
  expect(positions[0]).toMatchObject({ stdoutNext: CHUNK + 3 });
  expect(await insisting(() => finish(noisy, noisyOrder, { stdoutLength: CHUNK + 3 }))).toMatchObject({
    committed: true,
  });
  await untilTaskIs(service, noisyRun, TaskStatus.SUCCESS);
});

it('F13: a watcher that never reads is let go, and goes on from where it was', async () => {
  const agent = await service.agent();
  const invocationId = await run(service, [agent]);
  const order = await startOn(agent);
  const { invocationTaskId } = order;
  const watch = (stdoutOffset: number) =>
    service.runs().watchInvocation({
      invocationId,
      withOutput: true,
      cursors: [{ invocationTaskId, stdoutOffset }],
    }) as AsyncIterable<WatchInvocationResponse>;
  const sleepy = watch(0)[Symbol.asyncIterator]();
  expect((await sleepy.next()).value).toMatchObject({ event: { case: 'snapshot' } });

  const chunks = 60;
  for (let index = 0; index < chunks; index++)
    await agent.output(outputOf(invocationTaskId, index * CHUNK, chunkOf(index)));
  await finish(agent, order, { stdoutLength: chunks * CHUNK });

  let at = 0;
  const take = ({ event }: WatchInvocationResponse) => {
    if (event.case !== 'output') return;
    expect(event.value.offset).toBe(at);
    expect(event.value.data[0]).toBe(chunkOf(Math.floor(at / CHUNK))[0]);
    at += event.value.data.length;
  };
  const waking = (async () => {
    for (let step = await sleepy.next(); !step.done; step = await sleepy.next()) take(step.value);
  })();
  await expect(waking).rejects.toMatchObject({ kind: 'unavailable', message: /too slow; watch again/ });
  expect(at).toBeLessThan(chunks * CHUNK);
  for await (const step of watch(at)) take(step);
  expect(at).toBe(chunks * CHUNK);
});
