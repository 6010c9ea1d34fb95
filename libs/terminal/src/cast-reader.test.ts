import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CastWriter } from './cast.ts';
import { CastReader, sizeIn } from './cast-reader.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const HEADER = '{"version":2,"width":80,"height":24}\n';

describe('reading an asciicast', () => {
  it('gives back what was written, however the text is cut', () => {
    const writer = new CastWriter(5_000);
    const text = [
      writer.header({ columns: 80, rows: 24, title: 'ses-00000000', term: 'xterm' }),
      writer.output(5_010, bytes('$ \u2028é\n')),
      writer.resize(6_000, 120, 40),
      writer.input(6_500, 'l'),
    ].join('');
    const events = [
      { atMs: 10, kind: 'o', text: '$ \u2028é\n' },
      { atMs: 1_000, kind: 'r', text: '120x40' },
      { atMs: 1_500, kind: 'i', text: 'l' },
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
        const reader = new CastReader();
        const places = [0, ...cuts.toSorted((one, other) => one - other), text.length];
        const read = places.slice(1).flatMap((to, at) => reader.add(text.slice(places[at], to)));
        expect([...read, ...reader.end()]).toEqual(events);
        expect(reader.header).toEqual({
          columns: 80,
          rows: 24,
          startedAt: 5_000,
          title: 'ses-00000000',
          term: 'xterm',
        });
      }),
    );
    expect(sizeIn(events[1]!)).toEqual({ columns: 120, rows: 40 });
    expect([sizeIn(events[0]!), sizeIn({ atMs: 0, kind: 'r', text: 'wide' })]).toEqual([undefined, undefined]);
  });

  it('takes a header that says no more than it must, empty lines, and a last line without an end', () => {
    const reader = new CastReader();
    expect(reader.add(`${HEADER}\n[0.5,"o","x"]\n[1,"z",""]`)).toEqual([{ atMs: 500, kind: 'o', text: 'x' }]);
    expect(reader.end()).toEqual([{ atMs: 1_000, kind: 'z', text: '' }]);
    expect(reader.header).toMatchObject({ startedAt: 0, title: '', term: '' });
  });

  it.each([
    ['another version', '{"version":1,"width":80,"height":24}\n', 'line 1 is no header'],
    ['no size', '{"version":2,"width":"80","height":0}\n', 'line 1 is no header'],
    ['an event first', '[0,"o","x"]\n', 'line 1 is no header'],
    ['no object at all', 'null\n', 'line 1 is no header'],
    ['no JSON', `${HEADER}[0.5,"o\n`, 'line 2 is no JSON'],
    ['a time before the start', `${HEADER}[-1,"o","x"]\n`, 'line 2 is no event'],
    ['no event', `${HEADER}[0,"o","x"]\n{}\n`, 'line 3 is no event'],
    ['a text that is none', `${HEADER}[0,"o",7]\n`, 'line 2 is no event'],
  ])('says which line is wrong: %s', (_, text, words) => {
    expect(() => new CastReader().add(text)).toThrow(words);
  });
});
