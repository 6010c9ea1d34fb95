import { expect, it } from 'vitest';
import { Flights } from './flights.ts';

it('has no more under way than a limit, and waits for all of them', async () => {
  const flights = new Flights();
  let [now, most, done] = [0, 0, 0];
  for (let index = 0; index < 500; index++) {
    await flights.begin(async () => {
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
      done++;
    });
  }
  await flights.landed();
  expect({ now, most, done }).toEqual({ now: 0, most: 128, done: 500 });
});

it('throws the first failure at whoever comes next, and at the end', async () => {
  const flights = new Flights();
  await flights.begin(() => Promise.reject(new Error('first')));
  await new Promise(setImmediate);
  await expect(flights.begin(async () => undefined)).rejects.toThrow('first');
  await expect(flights.landed()).rejects.toThrow('first');
});
