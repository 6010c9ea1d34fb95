import { create, toBinary } from '@bufbuild/protobuf';
import { connectServiceBus, subjects } from '@muster/bus';
import {
  EventSchema,
  InvocationStatus,
  type InvocationTask,
  OutputStream,
  TaskStatus,
  type WatchInvocationResponse,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { ACCOUNT_UIN, eventually, silentLogger } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn, tasksOf } from './runs-fixture.ts';

let service: Fixture;
let agent: FakeAgent;

beforeAll(async () => {
  service = await startFixture();
  agent = await service.agent();
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(() => {
  service.iam.decide = () => true;
  service.iam.questions.length = 0;
});

type Stream<T> = AsyncIterator<T> & AsyncIterable<T>;
const watch = (request: Parameters<ReturnType<Fixture['runs']>['watchInvocation']>[0], signal?: AbortSignal) =>
  (service.runs().watchInvocation(request, signal ? { signal } : {}) as AsyncIterable<WatchInvocationResponse>)[
    Symbol.asyncIterator
  ]() as Stream<WatchInvocationResponse>;

async function rest<T>(stream: AsyncIterator<T>): Promise<T[]> {
  const all: T[] = [];
  for (let step = await stream.next(); !step.done; step = await stream.next()) all.push(step.value);
  return all;
}

/** Every byte of one output that a watcher was told, each at its place. */
function assembled(steps: readonly WatchInvocationResponse[], stream: OutputStream, from = 0): string {
  let text = '';
  for (const { event } of steps) {
    if (event.case !== 'output' || event.value.stream !== stream) continue;
    expect(event.value.offset).toBe(from + text.length);
    text += new TextDecoder().decode(event.value.data);
  }
  return text;
}

const write = (invocationTaskId: string, stream: OutputStream, offset: number, text: string) =>
  agent.output({ chunks: [{ invocationTaskId, stream, offset, data: bytes(text) }] });

describe('watching', () => {
  it('gives a snapshot, then every change in order without a gap, and ends when all has ended and was sent', async () => {
    const invocationId = await run(service, [agent]);
    const { order } = await agent.tasks.next();
    const { invocationTaskId } = order;
    const stream = watch({ invocationId, withOutput: true });
    const first = (await stream.next()).value as WatchInvocationResponse;
    expect(first.event.case === 'snapshot' && first.event.value.tasks).toMatchObject([
      { invocationTaskId, taskStatus: TaskStatus.DELIVERING },
    ]);
    await agent.start({ invocationTaskId, claim: 'claim-1' });
    await write(invocationTaskId, OutputStream.STDOUT, 0, 'one ');
    await write(invocationTaskId, OutputStream.STDERR, 0, 'oh');
    await write(invocationTaskId, OutputStream.STDOUT, 4, 'two');
    await finish(agent, order, { stdoutLength: 7, stderrLength: 2 });
    const steps = await rest(stream);
    expect(steps.map((step) => step.sequence)).toEqual(steps.map((_, index) => first.sequence + BigInt(index + 1)));
    expect(steps.map((step) => step.event.case)).toEqual([
      'task',
      'invocation',
      'output',
      'output',
      'output',
      'task',
      'invocation',
    ]);
    const statuses = steps.flatMap(({ event }) =>
      event.case === 'task' ? [(event.value as InvocationTask).taskStatus] : [],
    );
    expect(statuses).toEqual([TaskStatus.RUNNING, TaskStatus.SUCCESS]);
    const last = steps.at(-1)!.event;
    expect(last.case === 'invocation' && last.value.invocationStatus).toBe(InvocationStatus.SUCCESS);
    expect(assembled(steps, OutputStream.STDOUT)).toBe('one two');
    expect(assembled(steps, OutputStream.STDERR)).toBe('oh');
  });

  it('goes on where a reader stopped, also while output keeps coming, and of a run that has ended', async () => {
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    const { invocationTaskId } = order;
    await write(invocationTaskId, OutputStream.STDOUT, 0, 'abcdef');
    const cursors = [{ invocationTaskId, stdoutOffset: 4, stderrOffset: 0 }];
    const streams = Array.from({ length: 5 }, () => watch({ invocationId, withOutput: true, cursors }));
    const snapshots = Promise.all(streams.map((stream) => stream.next()));
    for (let offset = 6; offset < 26; offset++) {
      await write(invocationTaskId, OutputStream.STDOUT, offset, String.fromCharCode(97 + offset));
    }
    await snapshots;
    await finish(agent, order, { stdoutLength: 26 });
    for (const stream of streams) {
      expect(assembled(await rest(stream), OutputStream.STDOUT, 4)).toBe('efghijklmnopqrstuvwxyz');
    }
    const late = await rest(watch({ invocationId, withOutput: true, cursors }));
    expect(assembled(late, OutputStream.STDOUT, 4)).toBe('efghijklmnopqrstuvwxyz');
    expect(new Set(late.map((step) => step.sequence)).size).toBe(1);
  });

  it('leaves output out unless it is asked for', async () => {
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    const stream = watch({ invocationId });
    await stream.next();
    await write(order.invocationTaskId, OutputStream.STDOUT, 0, 'abc');
    await finish(agent, order, { stdoutLength: 3 });
    expect((await rest(stream)).map((step) => step.event.case)).toEqual(['task', 'invocation']);
  });

  it('ends with a refusal that may be retried when the service stops, and holds nothing up', async () => {
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    const stream = watch({ invocationId });
    await stream.next();
    const ended = refusalOf(rest(stream));
    await service.stop();
    expect((await ended).kind).toBe('unavailable');
    await service.resume();
    await finish(agent, order);
  });

  it('is decided on the command and every machine', async () => {
    const invocationId = await run(service, [agent]);
    await finish(agent, await startOn(agent));
    service.iam.decide = (_, resource) => !resource.endsWith(agent.instanceId);
    expect((await refusalOf(rest(watch({ invocationId })))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    const unknown = await refusalOf(rest(watch({ invocationId: 'inv-unknown0' })));
    expect(unknown.reason).toBe('ResourceNotFound.InvocationNotFound');
  });
});

describe('the output of a task', () => {
  const read = (request: Parameters<ReturnType<Fixture['runs']>['getTaskOutput']>[0]) =>
    rest(
      (service.runs().getTaskOutput(request) as AsyncIterable<{ chunk?: { data: Uint8Array } }>)[
        Symbol.asyncIterator
      ](),
    );
  const text = (steps: { chunk?: { data: Uint8Array } }[]) =>
    steps.map(({ chunk }) => new TextDecoder().decode(chunk!.data)).join('');

  it('is read from any offset, one stream or both', async () => {
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    const { invocationTaskId } = order;
    await write(invocationTaskId, OutputStream.STDOUT, 0, 'abcdef');
    await write(invocationTaskId, OutputStream.STDERR, 0, 'uvwxyz');
    expect(text(await read({ invocationTaskId }))).toBe('abcdefuvwxyz');
    expect(text(await read({ invocationTaskId, stream: OutputStream.STDERR, offset: 3 }))).toBe('xyz');
    expect(text(await read({ invocationTaskId, offset: 4 }))).toBe('efyz');
    expect(text(await read({ invocationTaskId, offset: 100 }))).toBe('');
    await finish(agent, order, { stdoutLength: 6, stderrLength: 6 });
    expect((await tasksOf(service, invocationId))[0]!.taskStatus).toBe(TaskStatus.SUCCESS);
  });

  it('is followed until the task has ended', async () => {
    await run(service, [agent]);
    const order = await startOn(agent);
    const { invocationTaskId } = order;
    await write(invocationTaskId, OutputStream.STDOUT, 0, 'abc');
    const following = read({ invocationTaskId, follow: true, stream: OutputStream.STDOUT, offset: 1 });
    await write(invocationTaskId, OutputStream.STDERR, 0, 'no');
    await write(invocationTaskId, OutputStream.STDOUT, 3, 'def');
    await finish(agent, order, { stdoutLength: 6, stderrLength: 2 });
    expect(text(await following)).toBe('bcdef');
  });

  it('is decided on the command and the machine, and unknown to other accounts', async () => {
    await run(service, [agent]);
    const order = await startOn(agent);
    await finish(agent, order);
    const { invocationTaskId } = order;
    const foreign = service.runs('root@100000000099').getTaskOutput({ invocationTaskId });
    const refusal = await refusalOf(rest((foreign as AsyncIterable<unknown>)[Symbol.asyncIterator]()));
    expect(refusal.reason).toBe('ResourceNotFound');
    service.iam.decide = (_, resource) => !resource.endsWith(agent.instanceId);
    expect((await refusalOf(read({ invocationTaskId }))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  });
});

describe('T18: an open stream', () => {
  /** Tells of changed permissions as iam-svc does. */
  const tellChanged = async (accountUin: string) => {
    const credsFile = service.nats.installation.credsFile('iam-svc');
    await using iam = await connectServiceBus({
      name: 'iam-svc',
      url: service.nats.url,
      credsFile,
      logger: silentLogger,
    });
    const event = create(EventSchema, { accountUin, body: { case: 'permissionsChanged', value: {} } });
    await iam.publishEvent(subjects.PERMISSIONS_CHANGED, toBinary(EventSchema, event), crypto.randomUUID());
  };
  /** Reads to the end; resolves when the first message came. */
  const open = async (messages: AsyncIterable<unknown>) => {
    const iterator = messages[Symbol.asyncIterator]();
    await iterator.next();
    return rest(iterator);
  };

  it('ends with the refusal when the permissions of its account change, and only if they no longer allow it', async () => {
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    const { invocationTaskId } = order;
    await write(invocationTaskId, OutputStream.STDOUT, 0, 'x');
    const as = service.runs('user');
    const streams = [as.watchInvocation({ invocationId }), as.getTaskOutput({ invocationTaskId, follow: true })];
    const refused = streams.map((stream) => refusalOf(open(stream)));
    await eventually('both to be decided', () => service.iam.questions.filter(isMine).length >= 2);

    service.iam.questions.length = 0;
    await tellChanged(ACCOUNT_UIN);
    await eventually('both to be decided again', () => service.iam.questions.filter(isMine).length === 2);
    service.iam.decide = (_, resource, { context }) => context.credential !== 'user' || !resource.includes('instance/');
    await tellChanged('100000000099');
    await tellChanged(ACCOUNT_UIN);
    for (const refusal of refused) expect((await refusal).details.resource).toContain(agent.instanceId);
    await finish(agent, order, { stdoutLength: 1 });
    expect((await tasksOf(service, invocationId))[0]!.taskStatus).toBe(TaskStatus.SUCCESS);
  });

  const isMine = ({ context }: { context: { credential?: string } }) => context.credential === 'user';

  it('ends when its credential is no longer good', async () => {
    const invocationId = await run(service, [agent]);
    const refused = refusalOf(open(service.runs('user').watchInvocation({ invocationId })));
    await eventually('it to be decided', () => service.iam.questions.some(isMine));
    service.iam.decide = (_, __, { context }) => {
      if (context.credential !== 'user') return true;
      throw new Refusal('unauthenticated', 'AuthFailure.TokenFailure', 'the token was revoked');
    };
    await tellChanged(ACCOUNT_UIN);
    expect((await refused).kind).toBe('unauthenticated');
    await finish(agent, await startOn(agent));
  });
});
