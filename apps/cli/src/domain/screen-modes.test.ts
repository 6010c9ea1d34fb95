import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScreenModes } from './screen-modes.ts';

function after(...texts: string[]): ScreenModes {
  const modes = new ScreenModes();
  for (const text of texts) modes.see(Buffer.from(text));
  return modes;
}

describe('what a program does to a terminal', () => {
  it('is undone when the program cannot do it: another screen, a hidden cursor, a mouse that reports', () => {
    const modes = after('$ vim\r\n\x1b[?1049h\x1b[22;0;0t\x1b[?1h\x1b=\x1b[?25l text \x1b[?1000;1006h');
    expect(modes.isFullScreen).toBe(true);
    expect(modes.undone()).toBe('\x1b[?1049l\x1b[?1l\x1b[?25h\x1b[?1000l\x1b[?1006l\x1b[m');
    expect(modes.isFullScreen).toBe(false);
  });

  it('is nothing when the program cleaned up, or the terminal was reset', () => {
    expect(after('\x1b[?1049h\x1b[?25l', 'x', '\x1b[?25h\x1b[?1049l').undone()).toBe('\x1b[m');
    expect(after('\x1b[?1049h\x1bc').undone()).toBe('\x1b[m');
    expect(after().undone()).toBe('');
  });

  it('is found however the output is cut', () => {
    const text = 'a\x1b[?2004hb\x1b[1;31mc\x1b]0;title\x07\x1b\x1b[?25l\x1b[?1049h';
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const places = [0, ...cuts.toSorted((one, other) => one - other), text.length];
        const modes = after(...places.slice(1).map((to, at) => text.slice(places[at], to)));
        expect(modes.undone()).toBe('\x1b[?2004l\x1b[?25h\x1b[?1049l\x1b[m');
      }),
    );
  });

  it('is not guessed from something that only begins like it', () => {
    expect(after(`\x1b[?${'1'.repeat(100)}49h`, '\x1b[?9999h\x1b[25l[?1049h').undone()).toBe('\x1b[m');
  });
});
