import { setTimeout } from 'node:timers/promises';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { type Invocation, type InvocationTask, OutputStream } from '@muster/contract';
import { backoff } from './domain/backoff.ts';
import { hasEnded } from './domain/outcome.ts';
import { mayPass, refusalIn } from './failure.ts';
import type { Session } from './session.ts';
import { taskStatusName } from './tat-name.ts';

/** What a watcher learns. Output of one stream comes without gap or repeat, also when the connection broke in between. */
export type WatchEvent =
  | { readonly kind: 'invocation'; readonly invocation: Invocation }
  | { readonly kind: 'task'; readonly task: InvocationTask }
  | { readonly kind: 'output'; readonly task: InvocationTask; readonly chunk: Chunk }
  /** The connection broke and is tried again after `retryMs`. */
  | { readonly kind: 'lost'; readonly error: unknown; readonly retryMs: number }
  | { readonly kind: 'back' };

/** Bytes of one output at one place. */
export interface Chunk {
  readonly stream: OutputStream;
  readonly offset: number;
  readonly data: Uint8Array;
  /** When the service received them, where that is known. */
  readonly time?: Timestamp | undefined;
}

/** Where in an output to begin. */
export interface OutputStart {
  readonly invocationTaskId: string;
  readonly stream: OutputStream;
  readonly offset: number;
}

/** How to watch. */
export interface WatchOptions {
  readonly withOutput: boolean;
  /** Outputs that are not wanted from their beginning. */
  readonly starts?: readonly OutputStart[];
  /** Ends the watch without an error. */
  readonly signal?: AbortSignal;
  /** Waits, in milliseconds. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** 0 to 1, to spread the attempts of many watchers. */
  readonly random?: () => number;
  /** Gives up after this many attempts in a row that brought nothing. */
  readonly attempts?: number;
}

/** About five minutes. */
const ATTEMPTS = 64;

const NEVER = new AbortController().signal;
const pause = (ms: number, signal: AbortSignal) => setTimeout(ms, undefined, { signal });

/**
 * Follows a run until every task has ended and all output has come. A broken connection is made again with the offsets already
 * read; a refusal, and the last of too many attempts, is thrown.
 */
export async function* watchRun(
  session: Session,
  invocationId: string,
  { withOutput, starts = [], signal = NEVER, sleep = pause, random = Math.random, attempts = ATTEMPTS }: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const view = new RunView(starts);
  let failures = 0;
  let lost = false;
  let renewed = false;
  while (!signal.aborted) {
    try {
      const answers = session.invocations.watchInvocation(
        { invocationId, withOutput, cursors: view.cursors() },
        { signal },
      );
      for await (const { event } of answers) {
        if (lost) yield { kind: 'back' };
        lost = false;
        renewed = false;
        failures = 0;
        if (event.case === 'snapshot') {
          const { invocation, tasks } = event.value;
          if (invocation) yield { kind: 'invocation', invocation };
          for (const task of tasks) if (view.learn(task)) yield { kind: 'task', task };
        } else if (event.case === 'invocation') yield { kind: 'invocation', invocation: event.value };
        else if (event.case === 'task') {
          if (view.learn(event.value)) yield { kind: 'task', task: event.value };
        } else if (event.case === 'output') {
          const { invocationTaskId, ...chunk } = event.value;
          const fresh = view.advance(invocationTaskId, chunk);
          if (fresh) yield { kind: 'output', ...fresh };
        }
      }
      if (view.ended()) return;
      throw new ConnectError('the watch ended before the run did', Code.Aborted);
    } catch (error) {
      if (signal.aborted) return;
      if (refusalIn(error)?.kind === 'unauthenticated' && !renewed && (await session.renew())) {
        renewed = true;
        continue;
      }
      if (!mayPass(error) || ++failures >= attempts) throw error;
      const retryMs = backoff(failures, random());
      if (!lost) yield { kind: 'lost', error, retryMs };
      lost = true;
      await sleep(retryMs, signal).catch(() => undefined);
    }
  }
}

/** What has been seen of a run so far. */
class RunView {
  readonly #tasks = new Map<string, InvocationTask>();
  readonly #offsets = new Map<string, Record<1 | 2, number>>();

  constructor(starts: readonly OutputStart[]) {
    for (const { invocationTaskId, stream, offset } of starts) {
      this.#offsetsOf(invocationTaskId)[stream === OutputStream.STDERR ? OutputStream.STDERR : OutputStream.STDOUT] =
        offset;
    }
  }

  /** Takes a task's new state; false when nothing about it is new, as in the snapshot after a break. */
  learn(task: InvocationTask): boolean {
    const known = this.#tasks.get(task.invocationTaskId);
    this.#tasks.set(task.invocationTaskId, task);
    return known?.taskStatus !== task.taskStatus || !sameTime(known, task);
  }

  /** The part of a chunk that has not been seen; undefined when all of it has. A gap means that the connection cannot be trusted. */
  advance(taskId: string, { stream, offset, data, time }: Chunk): { task: InvocationTask; chunk: Chunk } | undefined {
    const task = this.#tasks.get(taskId);
    if (!task) throw new ConnectError(`output of a task that was never announced: ${taskId}`, Code.DataLoss);
    const of = stream === OutputStream.STDERR ? OutputStream.STDERR : OutputStream.STDOUT;
    const offsets = this.#offsetsOf(taskId);
    const read = offsets[of];
    if (offset > read) throw new ConnectError(`output of ${taskId} has a gap at ${read}`, Code.DataLoss);
    const fresh = data.subarray(read - offset);
    if (fresh.length === 0) return undefined;
    offsets[of] = read + fresh.length;
    return { task, chunk: { stream: of, offset: read, data: fresh, time } };
  }

  cursors() {
    return [...this.#offsets].map(([invocationTaskId, offsets]) => ({
      invocationTaskId,
      stdoutOffset: offsets[OutputStream.STDOUT],
      stderrOffset: offsets[OutputStream.STDERR],
    }));
  }

  #offsetsOf(taskId: string): Record<1 | 2, number> {
    const known = this.#offsets.get(taskId);
    if (known) return known;
    const offsets = { [OutputStream.STDOUT]: 0, [OutputStream.STDERR]: 0 };
    this.#offsets.set(taskId, offsets);
    return offsets;
  }

  ended(): boolean {
    return this.#tasks.size > 0 && [...this.#tasks.values()].every((task) => hasEnded(taskStatusName(task.taskStatus)));
  }
}

function sameTime(one: InvocationTask | undefined, other: InvocationTask): boolean {
  return (
    one?.updatedTime?.seconds === other.updatedTime?.seconds && one?.updatedTime?.nanos === other.updatedTime?.nanos
  );
}
