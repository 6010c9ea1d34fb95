import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

const never = new AbortController().signal;

it('admits in the order of coming, and no more than there is room for', async () => {
  const slots = new Slots(1);
  const entered: number[] = [];
  const enter = async (number: number) => {
    const leave = await slots.acquire(never);
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

it('counts what runs already even past the limit', async () => {
  const slots = new Slots(1);
  const leaves = [slots.occupy(), slots.occupy()];
  let entered = false;
  const waiting = slots.acquire(never).then(() => {
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
  const leave = await slots.acquire(never);
  const giveUp = new AbortController();
  const waiting = slots.acquire(giveUp.signal);
  giveUp.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  leave();
  await slots.acquire(never);
});
