import { Refusal } from '@muster/kernel';
import type { RunChange } from './domain/run-change.ts';

/** How far a watcher may fall behind before it is let go: some changes of each task of a run on ten thousand machines. */
const MOST_CHANGES = 50_000;
/** What a change costs besides its output, roughly: a task with its times and texts. */
const CHANGE_BYTES = 512;
const MOST_BYTES = (8 << 20) + MOST_CHANGES * CHANGE_BYTES;
/** What all watchers together may have left to read; then whoever has most of it is let go. */
const MOST_BYTES_IN_ALL = 96 << 20;

/** Somebody who follows a run. Iterating gives every change told since the subscription; it ends only by a refusal or the signal. */
export interface Watcher extends AsyncIterable<RunChange>, Disposable {}

/** Somebody who reads the store again after a change, at a speed of his own: nothing is kept for him but that there was one. */
export interface Listener extends Disposable {
  /** Resolves when there was a change since the subscription or the last call, or when the signal aborts. Rejects when everybody is let go. */
  changed(): Promise<void>;
}

/** Which changes a listener hears of. */
export interface Hearing {
  readonly invocationId: string;
  readonly concerns: (change: RunChange) => boolean;
}

/** Tells those who follow a run, in this process, of its committed changes. */
export interface WatchHub extends Disposable {
  /** Begins to keep changes of a run; `signal` ends the watch. */
  subscribe(invocationId: string, signal: AbortSignal): Watcher;
  /** Begins to notice changes of a run; `signal` ends the wait. */
  listen(hearing: Hearing, signal: AbortSignal): Listener;
  /** Tells of changes; never waits for anybody. */
  tell(changes: readonly RunChange[]): void;
}

/** How much watchers may have left to read, in bytes. */
export interface WatchHubLimits {
  /** Each of them. */
  readonly mostBytes?: number;
  /** All of them together. */
  readonly mostBytesInAll?: number;
}

/** A hub without watchers. Disposing it lets everybody go, with a refusal that may be retried. */
export function createWatchHub({
  mostBytes = MOST_BYTES,
  mostBytesInAll = MOST_BYTES_IN_ALL,
}: WatchHubLimits = {}): WatchHub {
  const followers = new Map<string, Set<Follower>>();
  const slowest = (): Follower =>
    [...followers.values()]
      .flatMap((each) => [...each])
      .reduce((one, other) => (other.bytes > one.bytes ? other : one));
  let bytes = 0;
  const hold = (more: number) => {
    bytes += more;
    if (more > 0) while (bytes > mostBytesInAll) slowest().letGo(TOO_SLOW);
  };
  const join = <F extends Follower>(invocationId: string, make: (leave: () => void) => F): F => {
    const follower = make(() => {
      const others = followers.get(invocationId);
      others?.delete(follower);
      if (others?.size === 0) followers.delete(invocationId);
    });
    const following = followers.get(invocationId) ?? new Set();
    followers.set(invocationId, following.add(follower));
    return follower;
  };
  return {
    subscribe: (invocationId, signal) => join(invocationId, (leave) => new Mailbox({ signal, mostBytes }, leave, hold)),
    listen: ({ invocationId, concerns }, signal) => join(invocationId, (leave) => new Bell(concerns, signal, leave)),
    tell(changes) {
      for (const change of changes) for (const each of followers.get(change.invocationId) ?? []) each.put(change);
    },
    [Symbol.dispose]() {
      for (const following of followers.values()) for (const each of following) each.letGo('the service stops');
    },
  };
}

/** Somebody whom the hub tells of a run. */
interface Follower {
  /** What it has left to read, roughly. */
  readonly bytes: number;
  put(change: RunChange): void;
  letGo(why: string): void;
}

/** Whether there was a change that somebody has not looked at yet. */
class Bell implements Listener, Follower {
  readonly bytes = 0;
  readonly #concerns: (change: RunChange) => boolean;
  readonly #signal: AbortSignal;
  readonly #leave: () => void;
  #refusal: Refusal | undefined;
  #rung = Promise.withResolvers<void>();

  constructor(concerns: (change: RunChange) => boolean, signal: AbortSignal, leave: () => void) {
    this.#concerns = concerns;
    this.#signal = signal;
    this.#leave = leave;
    signal.addEventListener('abort', this.#ring, { once: true });
    if (signal.aborted) this.#ring();
  }

  put(change: RunChange): void {
    if (this.#concerns(change)) this.#ring();
  }

  letGo(why: string): void {
    this.#refusal = lettingGo(why);
    this.#leave();
    this.#ring();
  }

  async changed(): Promise<void> {
    await this.#rung.promise;
    if (this.#refusal) throw this.#refusal;
    if (!this.#signal.aborted) this.#rung = Promise.withResolvers<void>();
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#ring);
    this.#leave();
  }

  readonly #ring = (): void => this.#rung.resolve();
}

/** What one watcher has not read yet, within bounds. */
class Mailbox implements Watcher, Follower {
  readonly #signal: AbortSignal;
  readonly #leave: () => void;
  readonly #hold: (bytes: number) => void;
  readonly #mostBytes: number;
  #waiting: RunChange[] = [];
  #bytes = 0;
  #refusal: Refusal | undefined;
  #wake: (() => void) | undefined;

  /** `hold` hears of every byte that waits, and of every one that no longer does. */
  constructor(
    { signal, mostBytes }: { signal: AbortSignal; mostBytes: number },
    leave: () => void,
    hold: (bytes: number) => void,
  ) {
    this.#signal = signal;
    this.#mostBytes = mostBytes;
    this.#leave = leave;
    this.#hold = hold;
    signal.addEventListener('abort', this.#stir, { once: true });
  }

  put(change: RunChange): void {
    if (this.#refusal) return;
    this.#waiting.push(change);
    this.#count(sizeOf(change));
    if (this.#waiting.length > MOST_CHANGES || this.#bytes > this.#mostBytes) this.letGo(TOO_SLOW);
    this.#stir();
  }

  get bytes(): number {
    return this.#bytes;
  }

  letGo(why: string): void {
    this.#forget();
    this.#refusal = lettingGo(why);
    this.#leave();
    this.#stir();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RunChange> {
    while (!this.#signal.aborted) {
      if (this.#refusal) throw this.#refusal;
      const change = this.#waiting.shift();
      if (change) {
        this.#count(-sizeOf(change));
        yield change;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#stir);
    this.#forget();
    this.#leave();
  }

  #forget(): void {
    this.#waiting = [];
    this.#count(-this.#bytes);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#hold(bytes);
  }

  readonly #stir = (): void => {
    this.#wake?.();
    this.#wake = undefined;
  };
}

const TOO_SLOW = 'the reader is too slow';

function lettingGo(why: string): Refusal {
  return new Refusal('unavailable', 'ServiceUnavailable', `${why}; watch again with what was received so far`);
}

function sizeOf(change: RunChange): number {
  return CHANGE_BYTES + (change.kind === 'output' ? change.output.data.length : 0);
}
