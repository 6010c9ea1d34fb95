import { describe, expect, it } from 'vitest';
import { examinePaste, needsAsking } from './paste-guard.ts';

describe('a paste', () => {
  it('of one plain line goes through, with tabulators, emoji and joined scripts', () => {
    for (const text of ['ls -la', 'a\tb', 'echo 👩‍💻 नमस्ते', '']) {
      const paste = examinePaste(text);
      expect(paste.text).toBe(text);
      expect(needsAsking(paste), text).toBe(false);
    }
  });

  it.each([
    ['ls\n', 1],
    ['ls\r\nreboot', 2],
    ['a\rb\rc', 3],
    ['a\n\nb\n', 3],
  ])('with a line end is asked about: %j has %i lines', (text, lines) => {
    const paste = examinePaste(text);
    expect(paste).toMatchObject({ text, lines, runs: true });
    expect(needsAsking(paste)).toBe(true);
  });

  it('loses what a terminal would act on, and says so', () => {
    const paste = examinePaste('ls\u001b[201~\u0003 \u007f\u009b0n\u202e');
    expect(paste).toMatchObject({ text: 'ls[201~ 0n', removed: ['␛', '␃', '␡', 'U+009B', 'U+202E'], runs: false });
    expect(needsAsking(paste)).toBe(true);
  });
});
