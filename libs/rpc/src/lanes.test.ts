import { setImmediate as settled } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Lanes } from './lanes.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('T31: lets so many of one account through, the next in their order, and whoever else comes at once', async () => {
  const lanes = new Lanes({ width: 2, mostWaiting: 2 });
  const entered: string[] = [];
  const enter = async (key: string, name: string) => {
    const place = await lanes.enter(key);
    entered.push(place ? name : `${name} too many`);
    return place!;
  };
  const first = enter('noisy', 'n1');
  const others = ['n2', 'n3', 'n4', 'n5'].map((name) => enter('noisy', name));
  await settled();
  expect(entered.splice(0)).toEqual(['n1', 'n2', 'n5 too many']);
  await enter('quiet', 'q1');
  expect(entered.splice(0)).toEqual(['q1']);
  (await first)[Symbol.dispose]();
  await settled();
  (await others[0]!)[Symbol.dispose]();
  await settled();
  expect(entered).toEqual(['n3', 'n4']);
});

it('keeps a place empty for as long as it is to rest, for what it was held', async () => {
  const lanes = new Lanes({ width: 1, mostWaiting: 1, rest: (heldMs) => 3 * heldMs });
  const place = await lanes.enter('a');
  await vi.advanceTimersByTimeAsync(10);
  place![Symbol.dispose]();
  let entered = false;
  void lanes.enter('a').then(() => {
    entered = true;
  });
  await vi.advanceTimersByTimeAsync(29);
  expect(entered).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(entered).toBe(true);
});
