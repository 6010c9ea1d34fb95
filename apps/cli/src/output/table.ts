import Table from 'cli-table3';
import { displayWidth, shorten } from '../domain/display-width.ts';
import { escapeText } from '../domain/escape.ts';
import type { Channel, Colors } from './terminal.ts';

/** One column: its heading, its cell's text, and how the cell is coloured. */
export interface Column<R> {
  readonly heading: string;
  readonly cell: (row: R) => string;
  readonly color?: (row: R, colors: Colors) => (text: string) => string;
  /** Columns that give way first when the terminal is narrow. */
  readonly flexible?: boolean;
}

const FRAMELESS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left']
    .concat(['left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((edge) => [edge, '']),
);

const GAP = 2;

/** Prints rows under headings: calm, no frame, no colour off a terminal, cells shortened only where a terminal ends. */
export function printTable<R>(channel: Channel, columns: readonly Column<R>[], rows: readonly R[]): void {
  const cells = rows.map((row) => columns.map(({ cell }) => escapeText(cell(row)) || '-'));
  const limits = fit(channel.width, columns, cells);
  const { colors } = channel;
  const table = new Table({
    chars: { ...FRAMELESS, middle: ' '.repeat(GAP) },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    head: columns.map(({ heading }) => colors.dim(heading)),
  });
  rows.forEach((row, at) => {
    table.push(
      columns.map(({ color }, column) => {
        const text = shorten(cells[at]![column]!, limits[column]!);
        return color ? color(row, colors)(text) : text;
      }),
    );
  });
  for (const line of table.toString().split('\n')) channel.line(line.trimEnd());
}

/** How wide each column may be: flexible ones share what the others leave. */
function fit<R>(width: number, columns: readonly Column<R>[], cells: readonly string[][]): number[] {
  const natural = columns.map(({ heading }, column) =>
    Math.max(displayWidth(heading), ...cells.map((row) => displayWidth(row[column]!))),
  );
  let excess = natural.reduce((sum, each) => sum + each + GAP, -GAP) - width;
  return natural.map((each, column) => {
    if (excess <= 0 || !columns[column]!.flexible) return each;
    const kept = Math.max(12, each - excess);
    excess -= each - Math.min(each, kept);
    return kept;
  });
}

/** Prints `name   value` lines, aligned; empty values are left out. */
export function printFields(channel: Channel, fields: readonly (readonly [string, string])[]): void {
  const shown = fields.filter(([, value]) => value !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown) {
    channel.line(`${channel.colors.dim(name.padEnd(width))}  ${escapeText(value)}`);
  }
}
