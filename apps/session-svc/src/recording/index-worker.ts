import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from '@muster/db';
import { migrations } from '../store/migrations/index.ts';
import type { SessionSchema } from '../store/schema.ts';
import type { CatchUp, IndexThreadData, IndexThreadWord } from './index-thread.ts';
import { startIndexer } from './indexer.ts';

/* The thread of `startIndexThread`. */

const port = parentPort!;
const { file } = workerData as IndexThreadData;
const say = (word: IndexThreadWord) => port.postMessage(word);
const onError = (error: unknown) =>
  say({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });

const db = await openStore<SessionSchema>({ file, migrations });
const indexer = startIndexer(db, { onError });
port.on('message', async (message: CatchUp | 'stop') => {
  if (message === 'stop') {
    await indexer[Symbol.asyncDispose]();
    await db.destroy();
    port.close();
    return;
  }
  await indexer.catchUp(message.accountUin).catch(() => undefined);
  say({ question: message.question });
});
