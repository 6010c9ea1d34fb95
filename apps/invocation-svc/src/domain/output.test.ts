import fc from 'fast-check';
import { expect, it } from 'vitest';
import { continuation, RESULT_OUTPUT_MAX_BYTES, resultOutput } from './output.ts';
import { advance, reached } from './output-cursor.ts';

it('puts any pieces of an output together to a prefix of it, byte for byte and within the limit', () => {
  const pieces = fc.array(fc.tuple(fc.nat(60), fc.nat(30)), { maxLength: 40 });
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 0, maxLength: 64 }),
      pieces,
      fc.nat(64),
      fc.nat(9),
      (written, cuts, limit, other) => {
        const stored: number[] = [];
        for (const [offset, length] of cuts) {
          const data = written.subarray(offset, offset + length);
          const task = { stdoutLength: stored.length, stderrLength: other };
          if (data.length > 0) stored.push(...continuation(task, { stream: 'STDOUT', offset, data }, limit));
        }
        expect(stored).toEqual([...written.subarray(0, stored.length)]);
        expect(stored.length).toBeLessThanOrEqual(Math.max(limit - other, 0));
      },
    ),
  );
});

it('takes nothing after a gap, and only the new part of a repeat', () => {
  const data = Uint8Array.of(1, 2, 3, 4);
  const stored = { stdoutLength: 3, stderrLength: 2 };
  const stdout = (offset: number, limit: number) => [
    ...continuation(stored, { stream: 'STDOUT', offset, data }, limit),
  ];
  expect(stdout(4, 100)).toEqual([]);
  expect(stdout(1, 100)).toEqual([3, 4]);
  expect([...continuation(stored, { stream: 'STDERR', offset: 1, data }, 100)]).toEqual([2, 3, 4]);
  expect(stdout(3, 7)).toEqual([1, 2]);
  expect(stdout(3, 5)).toEqual([]);
});

it('shows the first 24 KB in the order of arrival and counts exactly what is left out', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20_000), { maxLength: 6 }), fc.nat(1_000), (lengths, discarded) => {
      const parts = lengths.map((length, index) => new Uint8Array(length).fill(index));
      const kept = lengths.reduce((sum, length) => sum + length, 0);
      const { output, dropped } = resultOutput(parts, { kept, discarded });
      const whole = Buffer.concat(parts);
      expect(Buffer.compare(output, whole.subarray(0, RESULT_OUTPUT_MAX_BYTES))).toBe(0);
      expect(output.length + dropped).toBe(kept + discarded);
    }),
  );
});

it('hands a reader only what lies past its cursor and before its end', () => {
  const cursor = { STDOUT: 2, STDERR: 0 };
  const output = {
    invocationTaskId: 'invt-00000001',
    stream: 'STDOUT',
    offset: 0,
    data: Uint8Array.of(1, 2, 3),
    receivedAt: 1,
  } as const;
  expect(advance(cursor, output)).toMatchObject({ offset: 2, data: Uint8Array.of(3) });
  expect(advance(cursor, output)).toBeUndefined();
  expect(cursor).toEqual({ STDOUT: 3, STDERR: 0 });
  const end = { STDOUT: 5, STDERR: 0 };
  expect(advance(cursor, { ...output, offset: 3 }, end)).toMatchObject({ offset: 3, data: Uint8Array.of(1, 2) });
  expect(advance(cursor, { ...output, offset: 6 }, end)).toBeUndefined();
  expect(reached(cursor, end)).toBe(true);
  expect(reached(cursor, { STDOUT: 5, STDERR: 1 })).toBe(false);
});
