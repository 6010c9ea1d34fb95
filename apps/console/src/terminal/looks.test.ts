import { expect, it } from 'vitest';
import { paletteOf, readLooks } from './looks.ts';

it('takes from what was kept only what can be', () => {
  const usual = { scheme: 'console', fontSize: 14, copySelected: true, screenReader: false };
  expect(readLooks(null)).toEqual(usual);
  expect(readLooks('x')).toEqual(usual);
  expect(readLooks({ scheme: 'pink', fontSize: 'big', copySelected: 0, screenReader: 1 })).toEqual(usual);
  expect(readLooks({ fontSize: 400 }).fontSize).toBe(28);
  expect(readLooks({ fontSize: Number.NaN }).fontSize).toBe(14);
  const chosen = { scheme: 'contrast', fontSize: 18, copySelected: false, screenReader: true };
  expect(readLooks(chosen)).toEqual(chosen);
});

it('follows the console until told otherwise', () => {
  expect(paletteOf('console', true)).toBe(paletteOf('dark', false));
  expect(paletteOf('console', false)).toBe(paletteOf('light', true));
  expect(paletteOf('contrast', false).theme.background).toBe('#000000');
});
