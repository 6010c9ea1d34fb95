import { Refusal } from '@muster/kernel';
import type { RunChange } from './domain/run-change.ts';

/** How far a watcher may fall behind before it is let go. */
const MOST_CHANGES = 4_096;
const MOST_BYTES = 8 << 20;

/** Somebody who follows a run. Iterating gives every change told since the subscription; it ends only by a refusal or the signal. */
export interface Watcher extends AsyncIterable<RunChange>, Disposable {}

/** Tells those who follow a run, in this process, of its committed changes. */
export interface WatchHub extends Disposable {
  /** Begins to keep changes of a run; `signal` ends the watch. */
  subscribe(invocationId: string, signal: AbortSignal): Watcher;
  /** Tells of changes; never waits for anybody. */
  tell(changes: readonly RunChange[]): void;
}

/** A hub without watchers. Disposing it lets everybody go, with a refusal that may be retried. */
export function createWatchHub(): WatchHub {
  const watchers = new Map<string, Set<Mailbox>>();
  return {
    subscribe(invocationId, signal) {
      const mailbox = new Mailbox(signal, () => {
        const others = watchers.get(invocationId);
        others?.delete(mailbox);
        if (others?.size === 0) watchers.delete(invocationId);
      });
      const following = watchers.get(invocationId) ?? new Set();
      watchers.set(invocationId, following.add(mailbox));
      return mailbox;
    },
    tell(changes) {
      for (const change of changes) for (const mailbox of watchers.get(change.invocationId) ?? []) mailbox.put(change);
    },
    [Symbol.dispose]() {
      for (const following of watchers.values()) for (const mailbox of following) mailbox.letGo('the service stops');
    },
  };
}

/** What one watcher has not read yet, within bounds. */
class Mailbox implements Watcher {
  readonly #signal: AbortSignal;
  readonly #leave: () => void;
  #waiting: RunChange[] = [];
  #bytes = 0;
  #refusal: Refusal | undefined;
  #wake: (() => void) | undefined;

  constructor(signal: AbortSignal, leave: () => void) {
    this.#signal = signal;
    this.#leave = leave;
    signal.addEventListener('abort', this.#stir, { once: true });
  }

  put(change: RunChange): void {
    if (this.#refusal) return;
    this.#waiting.push(change);
    this.#bytes += sizeOf(change);
    if (this.#waiting.length > MOST_CHANGES || this.#bytes > MOST_BYTES) this.letGo('the reader is too slow');
    this.#stir();
  }

  letGo(why: string): void {
    this.#waiting = [];
    this.#bytes = 0;
    this.#refusal = new Refusal(
      'unavailable',
      'ServiceUnavailable',
      `${why}; watch again with what was received so far`,
    );
    this.#leave();
    this.#stir();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RunChange> {
    while (!this.#signal.aborted) {
      if (this.#refusal) throw this.#refusal;
      const change = this.#waiting.shift();
      if (change) {
        this.#bytes -= sizeOf(change);
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
    this.#leave();
  }

  readonly #stir = (): void => {
    this.#wake?.();
    this.#wake = undefined;
  };
}

function sizeOf(change: RunChange): number {
  return change.kind === 'output' ? change.output.data.length : 0;
}
