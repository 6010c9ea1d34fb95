import type { ITheme } from '@xterm/xterm';
import { useSyncExternalStore } from 'react';

/** How terminals look; `console` follows the colours of the rest. */
export const SCHEMES = ['console', 'light', 'dark', 'contrast'] as const;
export type Scheme = (typeof SCHEMES)[number];
export const FONT_SIZES = { least: 9, usual: 14, most: 28 } as const;

/** What a person chose for all terminals of this browser. */
export interface Looks {
  readonly scheme: Scheme;
  /** Pixels. */
  readonly fontSize: number;
  /** What is selected goes to the clipboard at once. */
  readonly copySelected: boolean;
  /** Keep a copy of the screen that screen readers can read. */
  readonly screenReader: boolean;
}

const KEY = 'muster-terminal';
const USUAL: Looks = { scheme: 'console', fontSize: FONT_SIZES.usual, copySelected: true, screenReader: false };

let current = restore();
const listeners = new Set<() => void>();

export function looks(): Looks {
  return current;
}

/** Keeps a change for this browser. */
export function changeLooks(change: Partial<Looks>): void {
  current = { ...current, ...change, fontSize: sizeWithin(change.fontSize ?? current.fontSize) };
  localStorage.setItem(KEY, JSON.stringify(current));
  for (const listener of [...listeners]) listener();
}

export function onLooksChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLooks(): Looks {
  return useSyncExternalStore(onLooksChange, looks);
}

function restore(): Looks {
  try {
    return readLooks(JSON.parse(localStorage.getItem(KEY) ?? 'null'));
  } catch {
    return USUAL;
  }
}

/** What was kept, as far as it can be what it should. */
export function readLooks(kept: unknown): Looks {
  const { scheme, fontSize, copySelected, screenReader } = (kept ?? {}) as Partial<Looks>;
  return {
    scheme: SCHEMES.find((each) => each === scheme) ?? USUAL.scheme,
    fontSize: typeof fontSize === 'number' ? sizeWithin(fontSize) : USUAL.fontSize,
    copySelected: copySelected !== false,
    screenReader: screenReader === true,
  };
}

function sizeWithin(pixels: number): number {
  return Math.min(FONT_SIZES.most, Math.max(FONT_SIZES.least, Math.round(pixels))) || USUAL.fontSize;
}

/** The colours of a terminal, and how far from its ground every character has to stand. */
export interface Palette {
  readonly theme: ITheme;
  readonly leastContrast: number;
}

const LIGHT: Palette = {
  leastContrast: 4.5,
  theme: {
    background: '#fbfcfc',
    foreground: '#1b2324',
    cursor: '#14636f',
    cursorAccent: '#fbfcfc',
    selectionBackground: '#b3d9dd',
    selectionInactiveBackground: '#d9ecee',
    scrollbarSliderBackground: '#84919255',
    black: '#202829',
    red: '#a8322a',
    green: '#1a6a3a',
    yellow: '#81510c',
    blue: '#1f5fa8',
    magenta: '#83378d',
    cyan: '#14636f',
    white: '#aab5b5',
    brightBlack: '#5c6a6b',
    brightRed: '#c6433a',
    brightGreen: '#248148',
    brightYellow: '#a0660f',
    brightBlue: '#2f74c4',
    brightMagenta: '#a04bab',
    brightCyan: '#1f7885',
    brightWhite: '#e2e7e7',
  },
};

const DARK: Palette = {
  leastContrast: 4.5,
  theme: {
    background: '#0f1516',
    foreground: '#d5dcdd',
    cursor: '#86c2c9',
    cursorAccent: '#0f1516',
    selectionBackground: '#1f5a63',
    selectionInactiveBackground: '#24444a',
    scrollbarSliderBackground: '#8b979a55',
    black: '#1a2123',
    red: '#e57c70',
    green: '#6cc28c',
    yellow: '#e0ab45',
    blue: '#76aee8',
    magenta: '#c792d4',
    cyan: '#6bbcc6',
    white: '#c4cdce',
    brightBlack: '#7d8a8d',
    brightRed: '#f0a096',
    brightGreen: '#93d8ac',
    brightYellow: '#f0c878',
    brightBlue: '#a0c8f2',
    brightMagenta: '#dcb5e5',
    brightCyan: '#98d4db',
    brightWhite: '#f7f9f9',
  },
};

const CONTRAST: Palette = {
  leastContrast: 7,
  theme: {
    ...DARK.theme,
    background: '#000000',
    foreground: '#ffffff',
    cursor: '#ffff00',
    cursorAccent: '#000000',
    selectionBackground: '#ffffff',
    selectionForeground: '#000000',
    selectionInactiveBackground: '#ffffff',
    scrollbarSliderBackground: '#ffffff99',
  },
};

/** The colours for a choice, beside a console that is dark or not. */
export function paletteOf(scheme: Scheme, darkConsole: boolean): Palette {
  if (scheme === 'contrast') return CONTRAST;
  return scheme === 'dark' || (scheme === 'console' && darkConsole) ? DARK : LIGHT;
}
