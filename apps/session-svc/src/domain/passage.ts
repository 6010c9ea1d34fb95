import type { SeenLine } from './screen-row.ts';

/** Where a text stood in a line. */
export interface Found {
  readonly row: number;
  /** Where it begins in its line, in UTF-16 units. */
  readonly column: number;
  /** When all of it stood there, milliseconds from the start of the recording. */
  readonly at: number;
  /** What stands around it, and where in that it begins. */
  readonly excerpt: string;
  readonly foundAt: number;
}

/** How much of a line an excerpt shows on either side. */
const AROUND = 60;
/** The index knows texts of so many characters. */
const GRAM = 3;
/** More make a search no quicker: what is found is looked at itself. */
const MOST_GRAMS = 40;

/** Without capitals, and as long as before. */
export function folded(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (one) => (one.toLowerCase().length === one.length ? one.toLowerCase() : one)).join('');
}

/** What the index is asked for, to find passages that may hold `query` (folded, at least three characters): text, whatever stands in it. */
export function indexQuery(query: string): string {
  const characters = [...query];
  const grams = new Set<string>();
  const last = characters.length - GRAM;
  const step = Math.max(1, Math.ceil((last + 1) / MOST_GRAMS));
  for (let at = 0; at <= last; at += step) grams.add(characters.slice(at, at + GRAM).join(''));
  grams.add(characters.slice(last).join(''));
  return [...grams].map((gram) => `"${gram.replaceAll('"', '""')}"`).join(' AND ');
}

/** Every place in a line where `query` (folded) stands. */
export function* placesIn(line: SeenLine, query: string): Generator<Found> {
  const text = folded(line.text);
  for (let column = text.indexOf(query); column >= 0; column = text.indexOf(query, column + query.length)) {
    const end = column + query.length;
    const from = wholeCharacter(line.text, Math.max(0, column - AROUND));
    const until = wholeCharacter(line.text, Math.min(text.length, end + AROUND));
    yield {
      ...{ row: line.row, column, at: timeOf(line, column, end) },
      ...{ excerpt: line.text.slice(from, until), foundAt: column - from },
    };
  }
}

/** When the last of what stands there was printed. */
function timeOf({ times }: SeenLine, from: number, until: number): number {
  let latest = 0;
  let column = 0;
  for (const [units, at] of times) {
    if (column < until && column + units > from) latest = Math.max(latest, at);
    column += units;
  }
  return latest;
}

/** The next place at or behind this one that is not in the middle of a character. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000 ? at + 1 : at;
}
