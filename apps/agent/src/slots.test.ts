import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

const never = new AbortController().signal;

it('admits in the order of coming, and no more than there is room for', async () => {
  const slots = new Slots(1);
  const entered: number[] = [];
  const enter = async (number: number) => {
    const leave = await slots.acquire('inv-1', never);
    entered.push(number);
    return leave;
  };
  const [first, second, third] = [enter(1), enter(2), enter(3)];
  const leave = await first;
  expect(entered).toEqual([1]);
  leave();
  // giving back twice makes no second place
  leave();
  await second;
  expect(entered).toEqual([1, 2]);
  (await second)();
  await third;
  expect(entered).toEqual([1, 2, 3]);
});

it('lets the runs take turns, however many tasks one of them has', async () => {
  const slots = new Slots(2);
  const entered: string[] = [];
  const leaves: (() => void)[] = [];
  const enter = async (run: string) => {
    leaves.push(await slots.acquire(run, never));
    entered.push(run);
  };
  const all = ['big', 'big', 'big', 'big', 'big', 'small', 'other', 'small'].map(enter);
  for (let turn = 0; turn < 8; turn++) {
    await expect.poll(() => leaves.length).toBeGreaterThan(0);
    leaves.shift()!();
  }
  await Promise.all(all);
  expect(entered).toEqual(['big', 'big', 'big', 'small', 'other', 'big', 'small', 'big']);
});

it('keeps no trace of a run that nobody waits for any more', async () => {
  const slots = new Slots(1);
  const leave = await slots.acquire('inv-1', never);
  const giveUp = new AbortController();
  const waiting = slots.acquire('inv-2', giveUp.signal);
  giveUp.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  const next = slots.acquire('inv-3', never);
  leave();
  (await next)();
});

it('counts what runs already even past the limit', async () => {
  const slots = new Slots(1);
  const leaves = [slots.occupy(), slots.occupy()];
  let entered = false;
  const waiting = slots.acquire('inv-1', never).then(() => {
    entered = true;
  });
  leaves[0]!();
  await Promise.resolve();
  expect(entered).toBe(false);
  leaves[1]!();
  await waiting;
});

it('lets go of who no longer wants to wait', async () => {
  const slots = new Slots(1);
  const leave = await slots.acquire('inv-1', never);
  const giveUp = new AbortController();
  const waiting = slots.acquire('inv-1', giveUp.signal);
  giveUp.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  leave();
  await slots.acquire('inv-1', never);
});
