import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextPieces } from './output-window.ts';

it('sends all of what fits', () => {
  const windows = [
    { available: 10, next: 4 },
    { available: 3, next: 3 },
    { available: 5, next: 0 },
  ];
  expect(nextPieces(windows, 100)).toEqual([
    { window: windows[2], offset: 0, length: 5 },
    { window: windows[0], offset: 4, length: 6 },
  ]);
});

it('lets no flood keep a small output from being sent', () => {
  const flood = { available: 1e9, next: 0 };
  const small = { available: 7, next: 0 };
  expect(nextPieces([flood, small], 100)).toEqual([
    { window: small, offset: 0, length: 7 },
    { window: flood, offset: 0, length: 93 },
  ]);
});

it('never exceeds the budget or what exists, wastes nothing, and sends something of each while there is room', () => {
  const window = fc.record({ next: fc.nat(500), extra: fc.nat(500) }).map(({ next, extra }) => ({
    next,
    available: next + extra,
  }));
  fc.assert(
    fc.property(fc.array(window, { maxLength: 20 }), fc.integer({ min: 20, max: 2_000 }), (windows, budget) => {
      const pieces = nextPieces(windows, budget);
      const sent = pieces.reduce((sum, { length }) => sum + length, 0);
      const pending = windows.reduce((sum, { available, next }) => sum + available - next, 0);
      expect(sent).toBe(Math.min(budget, pending));
      for (const piece of pieces) expect(piece.offset + piece.length).toBeLessThanOrEqual(piece.window.available);
      expect(pieces).toHaveLength(windows.filter(({ available, next }) => available > next).length);
    }),
  );
});
