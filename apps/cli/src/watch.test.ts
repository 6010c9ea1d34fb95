import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  InvocationTaskSchema,
  OutputStream,
  TaskStatus,
  type WatchInvocationRequest,
  type WatchInvocationResponse,
  WatchInvocationResponseSchema,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { describe, expect, test } from 'vitest';
import type { Session } from './session.ts';
import { type WatchEvent, watchRun } from './watch.ts';

const TASK = 'invt-00000000';
const task = (taskStatus: TaskStatus) => create(InvocationTaskSchema, { invocationTaskId: TASK, taskStatus });
const snapshot = (taskStatus: TaskStatus) =>
  create(WatchInvocationResponseSchema, { event: { case: 'snapshot', value: { tasks: [task(taskStatus)] } } });
const changed = (taskStatus: TaskStatus) =>
  create(WatchInvocationResponseSchema, { event: { case: 'task', value: task(taskStatus) } });
const output = (offset: number, text: string) =>
  create(WatchInvocationResponseSchema, {
    event: {
      case: 'output',
      value: { invocationTaskId: TASK, stream: OutputStream.STDOUT, offset, data: Buffer.from(text) },
    },
  });
const broken = new ConnectError('aborted', Code.Aborted);

type Script = readonly (WatchInvocationResponse | Error)[];

/** A session whose watches answer by script, one script each; the last one repeats. */
function scripted(...scripts: Script[]) {
  const requests: WatchInvocationRequest[] = [];
  const session = {
    renew: async () => false,
    invocations: {
      async *watchInvocation(request: WatchInvocationRequest) {
        requests.push(request);
        for (const step of scripts[Math.min(requests.length, scripts.length) - 1]!) {
          if (step instanceof Error) throw step;
          yield step;
        }
      },
    },
  } as unknown as Session;
  return { session, requests };
}

function watch(session: Session, attempts?: number): Promise<WatchEvent[]> {
  const options = {
    withOutput: true,
    sleep: async () => undefined,
    random: () => 0,
    ...(attempts ? { attempts } : {}),
  };
  return Array.fromAsync(watchRun(session, 'inv-00000000', options));
}

const textOf = (events: WatchEvent[]) =>
  events.map((event) => (event.kind === 'output' ? Buffer.from(event.chunk.data).toString() : '')).join('');

describe('watchRun', () => {
  test('asks again from where it stopped, and cuts what it has already', async () => {
    const { session, requests } = scripted(
      [snapshot(TaskStatus.RUNNING), output(0, 'abc'), output(3, 'def'), broken],
      [snapshot(TaskStatus.RUNNING), output(4, 'efgh'), output(2, 'cd'), changed(TaskStatus.SUCCESS)],
    );
    const events = await watch(session);
    expect(textOf(events)).toBe('abcdefgh');
    expect(requests.map(({ cursors }) => cursors)).toEqual([
      [],
      [{ invocationTaskId: TASK, stdoutOffset: 6, stderrOffset: 0 }],
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['task', 'output', 'output', 'lost', 'back', 'output', 'task']);
  });

  test('does not believe a stream with a gap, nor one that ends too early', async () => {
    const { session } = scripted(
      [snapshot(TaskStatus.RUNNING), output(0, 'abc'), output(5, 'xyz')],
      [snapshot(TaskStatus.RUNNING), output(3, 'd')],
      [snapshot(TaskStatus.SUCCESS), output(4, 'e')],
    );
    expect(textOf(await watch(session))).toBe('abcde');
  });

  test.each([
    ['a denial', new Refusal('denied', 'X', 'no')],
    ['an unknown run', new Refusal('not_found', 'X', 'no')],
    ['a gateway without this method', new ConnectError('no', Code.Unimplemented)],
    ['a fault of its own', new TypeError('bug')],
  ])('gives up at once on %s', async (_, error) => {
    const { session, requests } = scripted([error]);
    await expect(watch(session)).rejects.toBe(error);
    expect(requests).toHaveLength(1);
  });

  test('gives up after too many attempts in a row, says once that the connection is lost', async () => {
    const { session, requests } = scripted([broken]);
    await expect(watch(session, 5)).rejects.toBe(broken);
    expect(requests).toHaveLength(5);
  });
});
