import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  type GetTaskOutputRequestSchema,
  type GetTaskOutputResponse,
  OutputStream,
  type TaskOrder,
  TaskStatus,
  type WatchInvocationResponse,
} from '@muster/contract';
import { eventually } from '@muster/testkit';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Schema } from '../src/store/schema.ts';
import type { FakeAgent } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { CHUNK, joined, noise, startedTask, write } from './reported-output.ts';
import { bytes, type Fixture, finish, openStoreOf, startFixture, tasksOf } from './runs-fixture.ts';

const { STDOUT, STDERR } = OutputStream;
const LIMIT = 1 << 20;

let service: Fixture;
let agent: FakeAgent;
let db: Kysely<Schema>;

beforeAll(async () => {
  service = await startFixture({ outputLimitBytes: LIMIT });
  agent = await service.agent();
  db = await openStoreOf(service.config);
});
afterAll(async () => {
  await db.destroy();
  await service[Symbol.asyncDispose]();
});
beforeEach(() => {
  service.iam.decide = () => true;
});

const get = (request: MessageInitShape<typeof GetTaskOutputRequestSchema>, from = service) =>
  from.runs().getTaskOutput(request) as AsyncIterable<GetTaskOutputResponse>;

/** Until nothing of a task is left to be put into blocks. */
const packed = (id: string) =>
  eventually('blocks to be made', async () => {
    const row = await db
      .selectFrom('stored_output')
      .selectAll()
      .where('invocation_task_id', '=', id)
      .executeTakeFirstOrThrow();
    return row.pack_due === 0 && row.loose_bytes < 262_144;
  });

describe('what a result shows', () => {
  const result = async ({ invocationTaskId }: TaskOrder, hideOutput?: boolean) => {
    const { invocationTaskSet } = await service.runs().describeInvocationTasks({
      invocationTaskIds: [invocationTaskId],
      ...(hideOutput === undefined ? {} : { hideOutput }),
    });
    return invocationTaskSet[0]!.taskResult!;
  };

  it.each([
    [24_575, 0, 0n],
    [24_576, 0, 0n],
    [24_577, 1, 0n],
    [24_577, 8, 7n],
    [60_000, 35_424 + 1_000, 1_000n],
  ])('is the first 24 KB of %i bytes as they came, and that %i are missing', async (length, dropped, discarded) => {
    const order = await startedTask(service, agent);
    const data = noise(length);
    const half = 10_001;
    // binary, and both outputs in turns
    await write(agent, order, STDERR, 0, data.subarray(0, half));
    await write(agent, order, STDOUT, 0, data.subarray(half, half + 5));
    await write(agent, order, STDERR, half, data.subarray(half + 5));
    const shown = data.subarray(0, 24_576);
    const running = await result(order, false);
    expect(Buffer.compare(running.output, shown)).toBe(0);
    expect(running.dropped).toBe(BigInt(length - shown.length));
    await finish(agent, order, { stdoutLength: 5, stderrLength: length - 5, discarded });
    const check = async () => {
      const ended = await result(order, false);
      expect(Buffer.compare(ended.output, shown)).toBe(0);
      expect(ended.dropped).toBe(BigInt(dropped));
    };
    await check();
    await packed(order.invocationTaskId);
    await check();
    for (const hidden of [await result(order), await result(order, true)]) {
      expect(hidden).toMatchObject({
        output: new Uint8Array(),
        dropped: 0n,
        stdoutLength: 5,
        stderrLength: length - 5,
      });
    }
  });
});

describe('the limit of a task', () => {
  it('holds for both outputs together, counts what is past it, and lets the machine know', async () => {
    const order = await startedTask(service, agent);
    const { invocationTaskId } = order;
    expect(order.outputLimitBytes).toBe(LIMIT);
    expect(await write(agent, order, STDOUT, 0, noise(LIMIT - 10))).toBeUndefined();
    expect(await write(agent, order, STDERR, 0, noise(300))).toMatchObject({
      stdoutNext: LIMIT - 10,
      stderrNext: 10,
      closed: true,
    });
    const { committed } = await finish(agent, order, {
      stdoutLength: LIMIT,
      stderrLength: 300,
      discarded: 1_000n,
    });
    expect(committed).toBe(true);
    const [task] = await tasksOf(service, order.invocationId);
    expect(task).toMatchObject({
      taskStatus: TaskStatus.SUCCESS,
      taskResult: { stdoutLength: LIMIT - 10, stderrLength: 10, discarded: 1_000n + 10n + 290n },
    });
    const written = BigInt(LIMIT + 300 + 1_000);
    expect(BigInt(task!.taskResult!.output.length) + task!.taskResult!.dropped).toBe(written);
    const answers = await Array.fromAsync(get({ invocationTaskId }));
    expect(Buffer.compare(joined(answers, STDOUT), noise(LIMIT).subarray(0, LIMIT - 10))).toBe(0);
    expect(joined(answers, STDERR)).toEqual(noise(10));
  });

  it('waits for missing output while there is room', async () => {
    const order = await startedTask(service, agent);
    await write(agent, order, STDOUT, 0, bytes('ab'));
    const says = { stdoutLength: 3 };
    expect(await finish(agent, order, says)).toMatchObject({ committed: false, position: { stdoutNext: 2 } });
    await write(agent, order, STDOUT, 2, bytes('c'));
    expect((await finish(agent, order, says)).committed).toBe(true);
  });
});

describe('reading', () => {
  it('gives any range of one output or both, byte for byte and with the time it came', async () => {
    const order = await startedTask(service, agent);
    const { invocationTaskId } = order;
    const [out, err] = [noise(600_000), noise(300_000, 2)];
    const before = Date.now();
    await write(agent, order, STDOUT, 0, out.subarray(0, 400_000));
    await write(agent, order, STDERR, 0, err);
    await write(agent, order, STDOUT, 400_000, out.subarray(400_000));
    const check = async () => {
      for (const [offset, length] of [
        [0, undefined],
        [0, 0],
        [0, 1],
        [262_143, 2],
        [399_999, 100_002],
        [299_999, 1],
        [599_999, 5],
        [600_000, 1],
        [4_000_000_000, 10],
      ] as const) {
        const range = { invocationTaskId, offset, ...(length === undefined ? {} : { length }) };
        const end = offset + (length ?? 1e9);
        const both = await Array.fromAsync(get(range));
        expect(Buffer.compare(joined(both, STDOUT), out.subarray(offset, end))).toBe(0);
        expect(Buffer.compare(joined(both, STDERR), err.subarray(offset, end))).toBe(0);
        const only = await Array.fromAsync(get({ ...range, stream: STDERR }));
        expect(only.every(({ chunk }) => chunk!.stream === STDERR)).toBe(true);
        expect(Buffer.compare(joined(only, STDERR), err.subarray(offset, end))).toBe(0);
        for (const { chunk } of both) {
          expect(timestampMs(chunk!.time!)).toBeGreaterThanOrEqual(before);
          expect(timestampMs(chunk!.time!)).toBeLessThanOrEqual(Date.now());
        }
      }
    };
    await check();
    await finish(agent, order, { stdoutLength: out.length, stderrLength: err.length });
    await packed(invocationTaskId);
    const rows = await db
      .selectFrom('task_output')
      .select('packed')
      .where('invocation_task_id', '=', invocationTaskId)
      .execute();
    expect(new Set(rows.map((row) => row.packed))).toEqual(new Set([1]));
    await check();
  });

  it('follows from where nothing is yet, through blocks that are made, until the task has ended', async () => {
    const order = await startedTask(service, agent);
    const { invocationTaskId } = order;
    const data = noise(700_000);
    const following = Array.fromAsync(get({ invocationTaskId, stream: STDOUT, offset: 300_001, follow: true }));
    const beyond = Array.fromAsync(get({ invocationTaskId, offset: 5_000_000, follow: true }));
    for (let at = 0; at < data.length; at += 7_001) {
      await write(agent, order, STDOUT, at, data.subarray(at, at + 7_001));
      await write(agent, order, STDERR, at / 7_001, bytes('x'));
    }
    await packed(invocationTaskId);
    await finish(agent, order, { stdoutLength: data.length, stderrLength: 100 });
    expect(Buffer.compare(joined(await following, STDOUT), data.subarray(300_001))).toBe(0);
    expect(await beyond).toEqual([]);
  });

  it('refuses a length with follow', async () => {
    const { invocationTaskId, invocationId } = await startedTask(service, agent);
    const refusal = await refusalOf(Array.fromAsync(get({ invocationTaskId, follow: true, length: 1 })));
    expect(refusal).toMatchObject({ reason: 'InvalidParameter.ConflictParameter', details: { field: 'Length' } });
    expect((await refusalOf(Array.fromAsync(get({})))).reason).toBe('MissingParameter');
    const wrongId = await refusalOf(Array.fromAsync(get({ invocationTaskId: invocationId })));
    expect(wrongId.reason).toBe('InvalidParameterValue.InvalidInvocationTaskId');
  });
});

it('tells a watcher every byte once, in order, while blocks are made under it', async () => {
  const order = await startedTask(service, agent);
  const { invocationTaskId, invocationId } = order;
  const data = noise(900_000);
  await write(agent, order, STDOUT, 0, data.subarray(0, 250_000));
  const watch = (stdoutOffset: number) =>
    service.runs().watchInvocation({
      invocationId,
      withOutput: true,
      cursors: [{ invocationTaskId, stdoutOffset }],
    }) as AsyncIterable<WatchInvocationResponse>;
  const watching = [0, 100_000, 249_999].map((from) => [from, Array.fromAsync(watch(from))] as const);
  for (let at = 250_000; at < 600_000; at += 7_000)
    await write(agent, order, STDOUT, at, data.subarray(at, at + 7_000));
  await packed(invocationTaskId);
  const late = [300_000, Array.fromAsync(watch(300_000))] as const;
  await write(agent, order, STDOUT, 600_000, data.subarray(600_000));
  await finish(agent, order, { stdoutLength: data.length });
  await packed(invocationTaskId);
  for (const [from, steps] of [...watching, late, [5, Array.fromAsync(watch(5))] as const]) {
    const chunks = (await steps).flatMap(({ event }) => (event.case === 'output' ? [event.value] : []));
    let next = from;
    for (const { offset, data: part, time } of chunks) {
      expect(offset).toBe(next);
      expect(time).toBeDefined();
      next += part.length;
    }
    expect(Buffer.compare(Buffer.concat(chunks.map((chunk) => chunk.data)), data.subarray(from))).toBe(0);
  }
});

it('gives back as much as a task may have, also to a reader who follows and then sleeps through most of it', async () => {
  const size = 10 * 2 ** 20;
  await using big = await startFixture({ outputLimitBytes: size });
  const by = await big.agent();
  const order = await startedTask(big, by);
  const block = noise(CHUNK);
  const piece = (index: number) => {
    const data = Buffer.from(block);
    data.writeUInt32BE(index);
    return data.subarray(0, Math.min(CHUNK, size - index * CHUNK));
  };
  const { invocationTaskId } = order;
  const sleeper = get({ invocationTaskId, follow: true }, big)[Symbol.asyncIterator]();
  const first = sleeper.next();
  for (let index = 0; index * CHUNK < size; index++) {
    await write(by, order, STDOUT, index * CHUNK, piece(index));
    // from here on there is more than a watcher of the run may be behind
    if (index === 0) expect((await first).value).toMatchObject({ chunk: { offset: 0 } });
  }
  await finish(by, order, { stdoutLength: size });
  const readAll = async (answers: AsyncIterable<GetTaskOutputResponse>, from: number) => {
    let at = from;
    for await (const { chunk } of answers) {
      expect(chunk!.offset).toBe(at);
      expect(Buffer.compare(chunk!.data, piece(at / CHUNK))).toBe(0);
      at += chunk!.data.length;
    }
    return at;
  };
  expect(await readAll({ [Symbol.asyncIterator]: () => sleeper }, CHUNK)).toBe(size);
  expect(await readAll(get({ invocationTaskId }, big), 0)).toBe(size);
  const [task] = await tasksOf(big, order.invocationId);
  expect(task!.taskResult).toMatchObject({ stdoutLength: size, dropped: BigInt(size - 24_576) });
});
