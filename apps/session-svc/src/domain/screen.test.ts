import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Screen } from './screen.ts';
import type { SeenLine } from './screen-row.ts';
import { TerminalParser } from './terminal-parser.ts';

/** What was seen of these pieces of output, each a second after the other. */
function seen(pieces: readonly string[], { columns = 80, rows = 24 } = {}): SeenLine[] {
  const lines: SeenLine[] = [];
  const screen = new Screen({ columns, rows }, (line) => lines.push(line));
  const parser = new TerminalParser(screen);
  pieces.forEach((piece, second) => {
    screen.now = second * 1_000;
    parser.feed(piece);
  });
  screen.tell();
  return lines;
}
const texts = (pieces: readonly string[], size?: { columns?: number; rows?: number }) =>
  seen(pieces, size).map(({ text }) => text);

describe('what a person saw', () => {
  it('is the text without colours, titles, links and other sequences', () => {
    expect(
      texts([
        '\u001b]0;root@web: /etc\u0007\u001b[1;32mroot@web\u001b[0m:/etc# \u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\\r\n',
        '\u001b[?2004h\u001b(Bdone',
      ]),
    ).toEqual(['root@web:/etc# link', 'done']);
  });

  it('is a line, however it was typed: letter by letter, with corrections, from the history', () => {
    expect(texts(['$ ', 'l', 's', ' ', '-', 'l', 'a', '\r\n'])).toEqual(['$ ls -la']);
    // a letter is taken back, and another one put in the middle of the line
    expect(texts(['$ lss', '\b\u001b[K', ' -a', '\b\b', '\u001b[1@x', '\r\n']).at(-1)).toBe('$ ls x-a');
    expect(texts(['$ cat', '\b\b\b\u001b[Kuptime', '\r\n'])).toEqual(['$ cat', '$ uptime']);
  });

  it('is also what was overwritten a moment later', () => {
    expect(texts(['10%', '\r20%', '\r30%\r\n'])).toEqual(['10%', '20%', '30%']);
    expect(texts(['secret', '\r      \r', 'gone'])).toEqual(['secret', 'gone']);
    expect(texts(['one', '\u001b[2J\u001b[H', 'two'])).toEqual(['one', 'two']);
  });

  it('is not told again for every letter that is taken back', () => {
    expect(texts(['abcdef', ...'\b \b'.repeat(6).match(/.{3}/gsu)!, 'x'])).toEqual(['abcdef', 'x']);
  });

  it('goes on over the edge of the screen', () => {
    expect(texts(['a long command line\r\n'], { columns: 8 })).toEqual(['a long command line']);
    expect(texts(['0123456789abcdef'], { columns: 4, rows: 2 }).at(-1)).toContain('89abcdef');
  });

  it('is what a full-screen program put together from all over the screen', () => {
    const put = (row: number, column: number, text: string) => `\u001b[${row};${column}H${text}`;
    const typed = [...'hello'].flatMap((letter, index) => [put(3, index + 1, letter), put(24, 60, `3,${index + 2}`)]);
    const lines = texts(['\u001b[?1049h\u001b[H\u001b[2J', ...typed, '\u001b[?1049l', '$ ']);
    expect(lines).toContain('hello');
    expect(lines.at(-1)).toBe('$');
  });

  it('leaves the screen as it was before a full-screen program', () => {
    expect(texts(['$ vim', '\u001b[?1049h', 'inside', '\u001b[?1049l', '!\r\n'])).toEqual([
      '$ vim',
      '     inside',
      '$ vim!',
    ]);
  });

  it('is told as it scrolls away', () => {
    expect(texts(['1\r\n2\r\n3\r\n4'], { rows: 2 })).toEqual(['1', '2', '3', '4']);
    expect(texts(['1\r\n2\r\n3', '\u001b[1;2r\u001b[2;1H\r\n', 'x'], { rows: 3 })).toEqual(['1', '2', 'x', '3']);
  });

  it('counts wide characters as two cells, and keeps accents', () => {
    expect(texts(['漢字', '\b\b\u001b[K', 'x'])).toEqual(['漢字', '漢x']);
    expect(texts(['cafe\u0301'])).toEqual(['cafe\u0301']);
  });

  it('has the time of every character, which one that is printed over itself keeps', () => {
    expect(seen(['ab', 'c', '\rabc', 'd'])).toEqual([
      {
        row: 0,
        text: 'abcd',
        times: [
          [2, 0],
          [1, 1_000],
          [1, 3_000],
        ],
      },
    ]);
  });

  it('is little where a program writes over a long line again and again', () => {
    const long = 'x'.repeat(900);
    const lines = seen([long, ...Array.from({ length: 5_000 }, (_, index) => `\r${index % 2}`)], { columns: 1_000 });
    expect(lines.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(60_000);
  });

  it('is bounded whatever is printed, and whatever size is asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 20 }), (pieces) => {
        const lines = seen(
          pieces.map((piece) => piece.replaceAll('~', '\u001b[')),
          { columns: 100_000, rows: 0 },
        );
        for (const { text, times } of lines) {
          expect(times.reduce((sum, [units]) => sum + units, 0)).toBe(text.length);
        }
      }),
    );
  });
});

describe('a screen', () => {
  const sequences = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom(
      ...['\r', '\n', '\b', '\t', '\u001b[K', '\u001b[2;3H', '\u001b[1P', '\u001b[?1049h', '\u001b[?1049l'],
      ...[
        '\u001b[1m',
        '\u001b]0;title\u0007',
        '\u001b[2J',
        '\u001bM',
        '\u001b[2;4r',
        '\u001b7',
        '\u001b8',
        '\u001b[3L',
      ],
    ),
  );

  it('sees the same wherever the output is cut, also when it is put away and taken up again in between', () => {
    fc.assert(
      fc.property(fc.array(sequences, { maxLength: 30 }), fc.nat(200), (parts, at) => {
        const characters = [...parts.join('')];
        const [before, after] = [characters.slice(0, at).join(''), characters.slice(at).join('')];
        const size = { columns: 10, rows: 4 };
        const whole = texts([before + after], size);
        const lines: string[] = [];
        const onLine = ({ text: line }: SeenLine) => lines.push(line);
        const first = new Screen(size, onLine);
        const parser = new TerminalParser(first);
        parser.feed(before);
        const put = JSON.parse(JSON.stringify({ screen: first.state, parser: parser.state }));
        const second = Screen.from(put.screen, onLine);
        new TerminalParser(second, put.parser).feed(after);
        second.tell();
        expect(lines).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('takes another size', () => {
    const lines: string[] = [];
    const screen = new Screen({ columns: 10, rows: 3 }, ({ text }) => lines.push(text));
    const parser = new TerminalParser(screen);
    parser.feed('one\r\ntwo\r\nthree');
    screen.resize(20, 1);
    parser.feed(' four\r\n');
    screen.tell();
    expect(lines).toEqual(['one', 'two', 'three four']);
  });
});
