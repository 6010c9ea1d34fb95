import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EscapeKeys } from './escape-keys.ts';

const take = (keys: EscapeKeys, text: string) => {
  const { typed, actions } = keys.take(Buffer.from(text));
  return [Buffer.from(typed).toString(), ...actions];
};

describe('keys of a shell that leave it', () => {
  it.each([
    ['~.', ['', 'leave']],
    ['ls\r~.', ['ls\r', 'leave']],
    ['ls\n~.rest', ['ls\n', 'leave']],
    ['ls ~.\r', ['ls ~.\r']],
    ['~?x', ['x', 'help']],
    ['~~.\r', ['~.\r']],
    ['~/bin\r', ['~/bin\r']],
    ['~\r~.', ['~\r', 'leave']],
    ['~?~.', ['', 'help', 'leave']],
  ])('%j', (text, expected) => {
    expect(take(new EscapeKeys(), text)).toEqual(expected);
  });

  it('are found key by key, and held back only until the next one', () => {
    const keys = new EscapeKeys();
    expect([take(keys, 'x\r'), take(keys, '~'), take(keys, 'a'), take(keys, '~.')]).toEqual([
      ['x\r'],
      [''],
      ['~a'],
      ['~.'],
    ]);
  });

  it('are the only ones that are not typed', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        const keys = new EscapeKeys();
        const plain = texts.map((text) => text.replaceAll('~', '-'));
        expect(plain.map((text) => take(keys, text)[0])).toEqual(plain.map((text) => Buffer.from(text).toString()));
      }),
    );
  });
});
