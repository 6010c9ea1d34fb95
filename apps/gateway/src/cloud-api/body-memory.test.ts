import { expect, it } from 'vitest';
import { BodyMemories } from './body-memory.ts';

const KB = 1 << 10;

it('T21: bodies take no more memory than there is for them, and those of one address a quarter of it', () => {
  const memories = new BodyMemories(1);
  const first = memories.open('a');
  first.hold(200 * KB);
  const second = memories.open('a');
  expect(() => second.hold(57 * KB)).toThrow('262144 bytes of requests from this address are under way');
  second[Symbol.dispose]();
  const others = ['b', 'c', 'd'].map((address) => memories.open(address));
  for (const each of others) each.hold(256 * KB);
  const last = memories.open('e');
  last.hold(56 * KB);
  expect(() => last.hold(1)).toThrow('1048576 bytes of requests are under way');
  last[Symbol.dispose]();
  others[0]![Symbol.dispose]();
  const next = memories.open('a');
  next.hold(56 * KB);
  expect(() => next.hold(1)).toThrow('from this address');
});
