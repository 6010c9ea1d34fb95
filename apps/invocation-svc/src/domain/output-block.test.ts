import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeBlock, encodeBlock, type OutputPiece } from './output-block.ts';

const piece: fc.Arbitrary<OutputPiece> = fc.record({
  stream: fc.constantFrom('STDOUT', 'STDERR'),
  data: fc.uint8Array({ maxLength: 50 }),
  receivedAt: fc.option(fc.integer({ min: 1, max: 2 ** 48 - 1 }), { nil: undefined }),
});

it('gives back every piece with its stream and time, in order', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(3), (pieces, shift) => {
      const block = encodeBlock(pieces);
      // what a database or a decompressor gives may lie anywhere in its buffer
      const elsewhere = new Uint8Array(shift + block.length + 1);
      elsewhere.set(block, shift);
      expect([...decodeBlock(elsewhere.subarray(shift, shift + block.length))]).toEqual(pieces);
    }),
  );
});
