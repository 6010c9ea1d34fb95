import { expect, it } from 'vitest';
import { startAlarm } from './alarm.ts';

const clock = { now: Date.now };

it('works at once, again at the moment it named, and when kicked', async () => {
  const times: number[] = [];
  const { promise: thrice, resolve } = Promise.withResolvers<void>();
  await using alarm = startAlarm({
    clock,
    onError: (error) => expect.unreachable(String(error)),
    async work() {
      if (times.push(Date.now()) === 3) resolve();
      return times.length === 1 ? Date.now() + 60 : Date.now() + 60_000;
    },
  });
  await expect.poll(() => times.length).toBe(2);
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(55);
  alarm.kick();
  await thrice;
});

it('does not overlap with itself: a kick while it works means once more', async () => {
  let working = 0;
  let most = 0;
  let count = 0;
  await using alarm = startAlarm({
    clock,
    onError: (error) => expect.unreachable(String(error)),
    async work() {
      most = Math.max(most, ++working);
      count++;
      await new Promise(setImmediate);
      if (count === 1) for (let kicks = 0; kicks < 5; kicks++) alarm.kick();
      await new Promise(setImmediate);
      working--;
      return undefined;
    },
  });
  await expect.poll(() => count).toBe(2);
  expect(most).toBe(1);
});

it('tells of a failure and tries again', async () => {
  const failures: unknown[] = [];
  let count = 0;
  await using _alarm = startAlarm({
    clock,
    onError: (error) => failures.push(error),
    async work() {
      if (++count === 1) throw new Error('once');
      return undefined;
    },
  });
  await expect.poll(() => count, { timeout: 5_000 }).toBeGreaterThan(1);
  expect(failures).toHaveLength(1);
});
