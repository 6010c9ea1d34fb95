import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, Tooltip } from '@mantine/core';

/** The colour of what acts: buttons, links, what runs now. */
const petrol: MantineColorsTuple = [
  '#eef7f8',
  '#d9ecee',
  '#b3d9dd',
  '#86c2c9',
  '#5ba9b3',
  '#3a919d',
  '#1f7885',
  '#14636f',
  '#0f505a',
  '#0a3d45',
];
/** What went well. */
const leaf: MantineColorsTuple = [
  '#eef8f1',
  '#d8efdf',
  '#b0dfbf',
  '#83cb9b',
  '#58b578',
  '#379c5b',
  '#248148',
  '#1a6a3a',
  '#14552f',
  '#0e4024',
];
/** What went wrong, and what cannot be undone. */
const brick: MantineColorsTuple = [
  '#fdf1ef',
  '#fadfdb',
  '#f3bdb5',
  '#ea968b',
  '#df6f62',
  '#d04f42',
  '#b83a2f',
  '#982d24',
  '#79241d',
  '#5b1b16',
];
/** What took too long, and what to look out for. */
const amber: MantineColorsTuple = [
  '#fdf6e7',
  '#f9e8c4',
  '#f2d08a',
  '#e9b553',
  '#dd9a2b',
  '#c38017',
  '#a0660f',
  '#81510c',
  '#66400b',
  '#4c3009',
];
const gray: MantineColorsTuple = [
  '#f7f9f9',
  '#eef1f1',
  '#e2e7e7',
  '#ced6d6',
  '#aab5b5',
  '#849192',
  '#667374',
  '#4b5758',
  '#343e3f',
  '#202829',
];
const dark: MantineColorsTuple = [
  '#d5dcdd',
  '#b3bdbf',
  '#8b979a',
  '#667376',
  '#394548',
  '#2c3739',
  '#232c2e',
  '#1a2123',
  '#13191a',
  '#0d1213',
];

export const theme = createTheme({
  colors: { petrol, leaf, brick, amber, gray, dark },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  black: '#1b2324',
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: '650' },
  components: {
    Tooltip: Tooltip.extend({
      defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } },
    }),
  },
});

const SHADES = ['petrol', 'leaf', 'brick', 'amber', 'gray'] as const;

/** Tinted grounds and the words on them: calm enough for many on one page, and readable on both. */
function tints(ground: (color: string) => string, words: (color: string) => string): Record<string, string> {
  return Object.fromEntries(
    SHADES.flatMap((color) => [
      [`--mantine-color-${color}-light`, ground(color)],
      [`--mantine-color-${color}-light-hover`, ground(color)],
      [`--mantine-color-${color}-light-color`, words(color)],
    ]),
  );
}

/** Three layers of surface: the canvas of the page, cards on it, and wells in a card. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...tints(
      (color) => `color-mix(in srgb, var(--mantine-color-${color}-1) 65%, var(--mantine-color-white))`,
      (color) => `var(--mantine-color-${color}-7)`,
    ),
    '--muster-canvas': '#f3f6f6',
    '--muster-well': '#f7f9f9',
    '--muster-border': '#dfe5e5',
    '--muster-hover': '#f1f5f5',
    '--muster-selected': '#e6f1f2',
    '--muster-accent': 'var(--mantine-color-petrol-7)',
    '--muster-stderr': 'var(--mantine-color-brick-7)',
    '--mantine-color-dimmed': '#5c6a6b',
  },
  dark: {
    ...tints(
      (color) => `color-mix(in srgb, var(--mantine-color-${color}-5) 20%, transparent)`,
      (color) => `var(--mantine-color-${color}-3)`,
    ),
    '--muster-canvas': '#111718',
    '--muster-well': '#141b1c',
    '--muster-border': '#2b3638',
    '--muster-hover': '#202a2c',
    '--muster-selected': '#1c3135',
    '--muster-accent': 'var(--mantine-color-petrol-3)',
    '--muster-stderr': 'var(--mantine-color-brick-3)',
    '--mantine-color-body': '#1a2223',
    '--mantine-color-dimmed': '#93a1a3',
  },
});
