import { silentLogger } from '@muster/testkit';
import { expect, it } from 'vitest';
import { recordingStore } from '../../tests/recordings.ts';
import { startIndexThread } from './index-thread.ts';
import { searchRecordings } from './search.ts';

it('makes recordings searchable in a thread of its own, and says when it is done', async () => {
  await using store = await recordingStore();
  await using indexer = startIndexThread(store.file, silentLogger);
  const recorder = await store.begin();
  recorder.output(new TextEncoder().encode('a needle in a haystack\r\n'));
  await recorder.close();
  const { account_uin: accountUin } = await store.db.selectFrom('session').selectAll().executeTakeFirstOrThrow();
  await indexer.catchUp(accountUin);
  const search = {
    ...{ query: 'needle', accountUin, filters: [] },
    signal: new AbortController().signal,
    mayRead: async (recordings: readonly unknown[]) => recordings.map(() => true),
  };
  expect(await Array.fromAsync(searchRecordings(store.db, search))).toMatchObject([
    { excerpt: 'a needle in a haystack', foundAt: 2 },
  ]);
});
