import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MOST_CELLS, MOST_DATA } from './form.ts';
import { decodeFrame, encodeFrame, type Frame } from './frame.ts';

const count = fc.maxSafeNat();
const maybe = fc.option(count, { nil: undefined });
const cells = fc.integer({ min: 1, max: MOST_CELLS });
const u32 = fc.nat(0xffff_ffff);
const text = fc.string({ unit: 'grapheme' });
const of = <K extends Frame['kind']>(kind: K) => fc.constant(kind);

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    kind: of('hello'),
    version: fc.nat(255),
    columns: cells,
    rows: cells,
    from: maybe,
    ticket: text,
    token: text,
  }),
  fc.record({
    kind: of('welcome'),
    drives: fc.boolean(),
    turn: u32,
    inputNext: count,
    inputLimit: count,
    outputFrom: count,
    reset: fc.boolean(),
    columns: cells,
    rows: cells,
    recordsOutput: fc.boolean(),
    recordsInput: fc.boolean(),
    graceSeconds: u32,
    idleSeconds: u32,
    longestSeconds: u32,
  }),
  fc.record({ kind: of('data'), offset: count, bytes: fc.uint8Array({ maxLength: 50 }) }),
  fc.record({ kind: of('ack'), acknowledged: count, limit: count, resend: fc.boolean() }),
  fc.record({ kind: of('resize'), columns: cells, rows: cells }),
  fc.record({ kind: of('token'), token: text }),
  fc.record({ kind: of('state'), state: text, until: maybe }),
  fc.record({ kind: of('end'), reason: text, exitCode: maybe, signal: text }),
);

it('reads what it wrote, whatever stands before and after it in memory', () => {
  fc.assert(
    fc.property(frames, fc.nat(9), (frame, before) => {
      const bytes = encodeFrame(frame);
      const memory = new Uint8Array(before + bytes.length + 3).fill(7);
      memory.set(bytes, before);
      expect(decodeFrame(memory.subarray(before, before + bytes.length))).toEqual(frame);
    }),
  );
});

it('takes no frame that is cut or has something behind it, but for data, which end where the frame does', () => {
  fc.assert(
    fc.property(
      frames.filter(({ kind }) => kind !== 'data'),
      fc.nat(200),
      (frame, at) => {
        const bytes = encodeFrame(frame);
        expect(decodeFrame(bytes.subarray(0, at % bytes.length))).toBeUndefined();
        expect(decodeFrame(new Uint8Array([...bytes, 0]))).toBeUndefined();
      },
    ),
  );
});

it('never throws at what others send, and understands it in one way only', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.tuple(fc.integer({ min: 1, max: 8 }), fc.uint8Array({ maxLength: 80 })).map(([kind, rest]) => {
      return new Uint8Array([kind, ...rest.map((byte) => (byte % 3 === 0 ? 0 : byte))]);
    }),
  );
  fc.assert(
    fc.property(noise, (bytes) => {
      const frame = decodeFrame(bytes);
      if (frame) expect(encodeFrame(frame)).toEqual(bytes);
    }),
    { numRuns: 2_000 },
  );
});

it('has a form that stays: recorded frames', () => {
  const hex = (frame: Frame) => Buffer.from(encodeFrame(frame)).toString('hex');
  expect(hex({ kind: 'data', offset: 258, bytes: Uint8Array.of(3) })).toBe('03000000000000010203');
  expect(hex({ kind: 'ack', acknowledged: 1, limit: 2, resend: true })).toBe('040000000000000001000000000000000201');
  expect(hex({ kind: 'resize', columns: 80, rows: 24 })).toBe('0500500018');
  expect(hex({ kind: 'end', reason: 'EXITED', exitCode: undefined, signal: '' })).toBe(
    '080006455849544544ffffffffffffffff0000',
  );
});

it.each([
  ['no bytes', ''],
  ['an unknown kind', '09'],
  ['a text that is no UTF-8', '060001ff'],
  ['a terminal without columns', '0500000018'],
  ['a terminal that is too wide', '0503e90018'],
  ['a flag that is neither', '040000000000000001000000000000000202'],
  ['an offset that a number does not hold', '030020000000000000'],
])('refuses %s', (_, hex) => {
  expect(decodeFrame(Buffer.from(hex, 'hex'))).toBeUndefined();
});

it('carries a limited number of bytes', () => {
  const data = (length: number): Frame => ({ kind: 'data', offset: 0, bytes: new Uint8Array(length) });
  const most = encodeFrame(data(MOST_DATA));
  expect(decodeFrame(most)).toEqual(data(MOST_DATA));
  expect(decodeFrame(new Uint8Array([...most, 0]))).toBeUndefined();
  expect(() => encodeFrame(data(MOST_DATA + 1))).toThrow('32769 bytes are more than 32768');
});

it('refuses to write what nobody could read', () => {
  expect(() => encodeFrame({ kind: 'resize', columns: 0, rows: 24 })).toThrow(RangeError);
  expect(() => encodeFrame({ kind: 'resize', columns: 80, rows: 1_001 })).toThrow('1001 is no cells');
  expect(() => encodeFrame({ kind: 'data', offset: -1, bytes: new Uint8Array() })).toThrow('-1 does not fit');
  expect(() => encodeFrame({ kind: 'token', token: 'x'.repeat(65_536) })).toThrow(RangeError);
});
