import { silentLogger } from '@muster/testkit';
import { expect, it } from 'vitest';
import type { LastUsedStore } from '../store/last-used-store.ts';
import type { LastUsedTable } from '../store/tables/last-used.ts';
import { Usage } from './usage.ts';

const use = (uin: string, now: number) => ({ accountUin: '1', uin, action: 'tat:DescribeCommands', now });

/** A store that a test may replace by one that fails. */
function counting() {
  const added: LastUsedTable[][] = [];
  const works: LastUsedStore['add'] = async (uses) => void added.push([...uses]);
  const fails: LastUsedStore['add'] = () => Promise.reject(new Error('the store is locked'));
  const store = { add: works };
  return { store, works, fails, added, usage: new Usage(store as LastUsedStore, silentLogger) };
}

it('adds up what is counted between two flushes, by principal and action, with the latest time', async () => {
  const { added, usage } = counting();
  for (const now of [5, 9, 7]) usage.count(use('a', now));
  usage.count(use('b', 1));
  await usage.flush();
  await usage.flush();
  expect(added).toMatchObject([
    [
      { account_uin: '1', uin: 'a', count: 3, last_used_at: 9 },
      { uin: 'b', count: 1, last_used_at: 1 },
    ],
  ]);
});

it('keeps what could not be added, and adds it with what came since', async () => {
  const { store, works, fails, added, usage } = counting();
  store.add = fails;
  usage.count(use('a', 1));
  await usage.flush();
  usage.count(use('a', 2));
  store.add = works;
  await usage.flush();
  expect(added).toMatchObject([[{ uin: 'a', count: 2, last_used_at: 2 }]]);
});
