import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Logger } from '@muster/telemetry';
import type { Indexer } from './indexer.ts';

/** How long a search waits for what was recorded last. */
const PATIENCE_MS = 5_000;
/** How soon a thread that ended is started again. */
const AGAIN_MS = 10_000;

/** The thread's program: a source file of this folder, or what was made of it beside the service's bundle. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? './index-worker.ts' : './index-worker.js', import.meta.url);

/** What the thread is started with. */
export interface IndexThreadData {
  /** The store's file: it has a connection of its own. */
  readonly file: string;
}

/** What it is asked. */
export interface CatchUp {
  readonly question: number;
  readonly accountUin: string;
}

/** What it says: an answer, or what went wrong. */
export type IndexThreadWord = { readonly question: number } | { readonly fault: string };

/**
 * Runs the indexer in a thread of its own. To make a megabyte searchable takes half a second of work, and on the thread that passes keys on
 * every one of them would wait.
 */
export function startIndexThread(file: string, logger: Logger): Indexer {
  const waiting = new Map<number, () => void>();
  const stop = new AbortController();
  let questions = 0;
  let worker: Worker;
  const forget = () => {
    for (const done of waiting.values()) done();
    waiting.clear();
  };
  const start = () => {
    const workerData: IndexThreadData = { file };
    worker = new Worker(PROGRAM, { workerData });
    worker.on('message', (word: IndexThreadWord) => {
      if ('fault' in word) {
        logger.error({ err: word.fault }, 'recordings could not be made searchable; it is tried again');
      } else {
        waiting.get(word.question)?.();
        waiting.delete(word.question);
      }
    });
    worker.on('error', (error) => logger.error({ err: error }, 'the thread that makes recordings searchable failed'));
    worker.once('exit', () => {
      forget();
      void startAgain();
    });
  };
  const startAgain = async () => {
    await sleep(AGAIN_MS, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    if (!stop.signal.aborted) start();
  };
  start();
  return {
    async catchUp(accountUin) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const question = questions++;
      waiting.set(question, resolve);
      const asked: CatchUp = { question, accountUin };
      worker.postMessage(asked);
      const given = new AbortController();
      await Promise.race([promise, sleep(PATIENCE_MS, undefined, { signal: given.signal }).catch(() => undefined)]);
      given.abort();
      waiting.delete(question);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      const over = once(worker, 'exit');
      worker.postMessage('stop');
      if (worker.threadId !== -1) await over;
    },
  };
}
