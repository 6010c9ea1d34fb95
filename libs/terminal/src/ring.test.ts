import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ring } from './ring.ts';

it('holds the newest bytes of everything that was appended, at their offsets', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 30 }), fc.nat(100), fc.nat(50), (appended, capacity, start, from) => {
      const ring = new Ring(capacity, start);
      for (const piece of appended) ring.append(piece);
      const all = appended.flatMap((piece) => [...piece]);
      expect(ring.end).toBe(start + all.length);
      expect(ring.start).toBe(start + Math.max(0, all.length - capacity));
      const offset = Math.min(ring.start + from, ring.end);
      expect([...ring.read(offset, 7)]).toEqual(all.slice(offset - start).slice(0, 7));
    }),
  );
});

it('says when what is asked for is gone, or not there yet', () => {
  const ring = new Ring(4);
  ring.append(Uint8Array.of(1, 2, 3, 4, 5));
  expect(() => ring.read(0, 1)).toThrow('0 is not in the ring');
  expect(() => ring.read(6, 1)).toThrow('6 is not in the ring');
  expect(ring.read(5, 1)).toHaveLength(0);
});

it('gives copies: what is appended later does not change what was read', () => {
  const ring = new Ring(2);
  ring.append(Uint8Array.of(1, 2));
  const read = ring.read(0, 2);
  ring.append(Uint8Array.of(3, 4));
  expect([...read]).toEqual([1, 2]);
});
