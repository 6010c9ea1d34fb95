import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { characterLength, decodeUtf8, unfinishedTail } from './utf8.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('characterLength', () => {
  test.each([
    ['a', bytes(0x61), 1],
    ['é', bytes(0xc3, 0xa9), 2],
    ['你', bytes(0xe4, 0xbd, 0xa0), 3],
    ['😀', bytes(0xf0, 0x9f, 0x98, 0x80), 4],
    ['a continuation byte', bytes(0x80), 0],
    ['an overlong form', bytes(0xc0, 0xaf), 0],
    ['an overlong form of three bytes', bytes(0xe0, 0x80, 0x80), 0],
    ['a surrogate', bytes(0xed, 0xa0, 0x80), 0],
    ['beyond Unicode', bytes(0xf4, 0x90, 0x80, 0x80), 0],
    ['an overlong form of four bytes', bytes(0xf0, 0x80, 0x80, 0x80), 0],
    ['nothing', bytes(), -1],
    ['half a character', bytes(0xe4, 0xbd), -1],
    ['half a character and something else', bytes(0xe4, 0x61), 0],
  ])('of %s', (_, given, length) => {
    expect(characterLength(given, 0)).toBe(length);
  });

  test('agrees with the platform on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (given) => {
        let at = 0;
        while (at < given.length && characterLength(given, at) > 0) at += characterLength(given, at);
        expect(at === given.length).toBe(decodeUtf8(given) !== undefined);
      }),
    );
  });
});

describe('unfinishedTail', () => {
  test('is what a cut leaves of the last character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.nat(), (text, cut) => {
        const whole = Buffer.from(text.toWellFormed());
        const head = whole.subarray(0, cut % (whole.length + 1));
        const tail = unfinishedTail(head);
        expect(tail).toBeLessThanOrEqual(3);
        expect(decodeUtf8(head.subarray(0, head.length - tail))).toBeDefined();
      }),
    );
  });

  test('is nothing when the end can never become a character', () => {
    expect(unfinishedTail(bytes(0x80, 0x80, 0x80, 0x80))).toBe(0);
    expect(unfinishedTail(bytes(0x61, 0xff))).toBe(0);
    expect(unfinishedTail(bytes(0xe4, 0xbd, 0xa0))).toBe(0);
    expect(unfinishedTail(bytes())).toBe(0);
  });
});

test('a byte order mark is text like any other', () => {
  expect(decodeUtf8(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
});
