import { expect, it } from 'vitest';
import { machineIdFrom } from './machine-id.ts';

it('says always the same of a machine, another thing of every other, and never the id itself', () => {
  const id = 'f4b3c1d2e5a697887766554433221100';
  // written out: an agent of tomorrow must say the same as that of today
  expect(machineIdFrom(id)).toBe('0c9a9db3a41f40613defc4be28e4a9f6');
  expect(machineIdFrom(`${id}0`)).not.toBe(machineIdFrom(id));
  expect(machineIdFrom(id)).not.toContain(id.slice(0, 8));
});

it('says nothing where there is no id', () => {
  expect(machineIdFrom('')).toBe('');
  expect(machineIdFrom('uninitialized')).toBe('');
});
