import { EventEmitter } from 'node:events';
import type { Logger } from '@muster/telemetry';
import { type Kysely, sql } from 'kysely';

/** What is known of a store from what was last tried on it. */
export class StoreState extends EventEmitter<{ change: [writable: boolean, why: unknown] }> {
  #writable = true;
  /** Of the last write that reached the disk, on the clock of `performance.now`. */
  wroteAt = Number.NEGATIVE_INFINITY;
  /** `migrating` while the schema is brought up to date. */
  phase: 'migrating' | 'open' = 'migrating';

  /** False from a write that failed until one that succeeds. */
  get writable(): boolean {
    return this.#writable;
  }

  wrote(): void {
    this.wroteAt = performance.now();
    this.#set(true, undefined);
  }

  failed(why: unknown): void {
    this.#set(false, why);
  }

  #set(writable: boolean, why: unknown): void {
    if (writable === this.#writable) return;
    this.#writable = writable;
    this.emit('change', writable, why);
  }
}

const states = new WeakMap<object, StoreState>();

/** Remembers the state of a store that was opened. */
export function keepState<T>(store: Kysely<T>, state: StoreState): void {
  states.set(store, state);
}

/** What is known of this store. */
export function storeState<T>(store: Kysely<T>): StoreState {
  return states.get(store)!;
}

/** A store's ability to take writes, kept up to date. */
export interface StoreWatch extends AsyncDisposable {
  readonly writable: boolean;
}

/**
 * Keeps knowing whether a store can be written, also while nobody writes: after `everyMs` without a write a field of the file that means
 * nothing (`application_id`) is written. Changes are logged.
 */
export function watchStore<T>(
  store: Kysely<T>,
  { everyMs = 5_000, logger }: { everyMs?: number; logger: Logger },
): StoreWatch {
  const state = storeState(store);
  let trying: Promise<void> | undefined;
  let turn = 0;
  const tryToWrite = async () => {
    turn = 1 - turn;
    const value = sql.raw(String(turn));
    await sql`pragma application_id = ${value}`.execute(store).catch(() => undefined);
  };
  const timer = setInterval(
    () => {
      if (trying || (state.writable && performance.now() - state.wroteAt < everyMs)) return;
      trying = tryToWrite().finally(() => {
        trying = undefined;
      });
    },
    Math.min(everyMs, 1_000),
  );
  const tell = (writable: boolean, why: unknown) => {
    if (writable) logger.info('the store takes writes again');
    else logger.error({ err: why }, 'the store takes no writes; they are refused until it does');
  };
  state.on('change', tell);
  return {
    get writable() {
      return state.writable;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      state.off('change', tell);
      await trying;
    },
  };
}
