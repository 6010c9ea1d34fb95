import type { Invocation, InvocationTask, WatchInvocationResponse } from '@muster/contract';
import { invocations } from '../api/clients.ts';
import { type Failure, readFailure } from '../api/failure.ts';
import { session } from '../session/session.ts';
import { RunLog } from './run-log.ts';
import { isOpen, shownTask } from './statuses.ts';

/** Where the stream stands. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'paused' | 'ended';

const SLOWEST_RETRY_MS = 8_000;
/** Browsers allow six HTTP/1.1 connections for all tabs together, so a tab that nobody looks at gives its own back. */
const HIDDEN_MS = 10_000;

/**
 * Follows one run for as long as somebody looks: state and output of every machine over a single stream, which goes on from its
 * cursors after a drop, a sign-in or a time in the background.
 */
export class RunWatch {
  readonly invocationId: string;
  readonly log = new RunLog();
  readonly tasks = new Map<string, InvocationTask>();
  invocation: Invocation | undefined;
  connection: Connection = 'connecting';
  /** Set when asking again cannot help. */
  failure: Failure | undefined;
  #version = 0;
  #frame = 0;
  #stream = new AbortController();
  readonly #stopped = new AbortController();
  readonly #listeners = new Set<() => void>();

  constructor(invocationId: string) {
    this.invocationId = invocationId;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Rises with every change, at most once per painted frame. */
  readonly version = (): number => this.#version;

  start(): void {
    document.addEventListener('visibilitychange', this.#onVisibility);
    void this.#follow();
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility);
    cancelAnimationFrame(this.#frame);
    this.#stopped.abort();
    this.#stream.abort();
  }

  async #follow(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const { received, failure } = await this.#readOnce();
      if (this.#stopped.signal.aborted) return;
      if (received) attempt = 0;
      if (!failure && this.#allEnded()) return this.#become('ended');
      if (document.hidden) {
        this.#become('paused');
        await this.#untilVisible();
      } else if (failure?.unauthenticated) {
        session.expire();
        this.#become('paused');
        await session.untilSignedIn(this.#stopped.signal);
      } else if (failure && !failure.passing) {
        this.failure = failure;
        return this.#become('ended');
      } else {
        this.#become('reconnecting');
        await this.#pause(Math.min(SLOWEST_RETRY_MS, 250 * 2 ** attempt));
      }
      if (this.#stopped.signal.aborted) return;
    }
  }

  async #readOnce(): Promise<{ received: boolean; failure?: Failure }> {
    this.#stream = new AbortController();
    let received = false;
    try {
      const request = { invocationId: this.invocationId, withOutput: true, cursors: this.log.cursors() };
      for await (const step of invocations.watchInvocation(request, { signal: this.#stream.signal })) {
        received = true;
        if (!this.#apply(step)) break;
      }
      return { received };
    } catch (error) {
      return { received, failure: readFailure(error) };
    } finally {
      // leaving the loop early does not end the call by itself
      this.#stream.abort();
    }
  }

  #apply({ event }: WatchInvocationResponse): boolean {
    let whole = true;
    if (event.case === 'snapshot') {
      this.invocation = event.value.invocation;
      for (const task of event.value.tasks) this.tasks.set(task.invocationTaskId, task);
    } else if (event.case === 'task') this.tasks.set(event.value.invocationTaskId, event.value);
    else if (event.case === 'invocation') this.invocation = event.value;
    else if (event.case === 'output') whole = this.log.append(event.value);
    this.#become('live');
    return whole;
  }

  #allEnded(): boolean {
    return this.tasks.size > 0 && [...this.tasks.values()].every((task) => !isOpen(shownTask(task.taskStatus)));
  }

  #become(connection: Connection): void {
    this.connection = connection;
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#version += 1;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  readonly #onVisibility = () => {
    if (!document.hidden) return;
    setTimeout(() => {
      if (document.hidden) this.#stream.abort();
    }, HIDDEN_MS);
  };

  #untilVisible(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (document.hidden && !this.#stopped.signal.aborted) return;
        document.removeEventListener('visibilitychange', look);
        resolve();
      };
      document.addEventListener('visibilitychange', look);
      this.#stopped.signal.addEventListener('abort', look, { once: true });
      look();
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stopped.signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }
}
