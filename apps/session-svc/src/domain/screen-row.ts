/** A line as it stood on a screen. */
export interface SeenLine {
  /** Which row it was; a row that changes is seen several times. */
  readonly row: number;
  readonly text: string;
  /** When it was printed: how many UTF-16 units, and milliseconds from the start of the recording. */
  readonly times: readonly (readonly [units: number, at: number])[];
}

/** What a cell that nothing was printed to holds. */
const BLANK = ' ';

/** A row of a screen: its cells up to the last that was written, and when each was. The second cell of a wide character is empty. */
export class ScreenRow {
  readonly id: number;
  #cells: string[] = [];
  #times: number[] = [];
  /** It holds text that nobody was told of. */
  changed: boolean = false;
  /** What was printed went on in the row below. */
  wraps: boolean = false;
  /** The movement of the cursor behind which something of it was overwritten. */
  rewrittenIn = -1;

  constructor(id: number) {
    this.id = id;
  }

  /** Whether writing this there would make something disappear. */
  hides(column: number, character: string): boolean {
    const there = this.#cells[column];
    return there !== undefined && there !== BLANK && there !== character;
  }

  /** Whether there is something to see from `from` until `until`. */
  shows(from: number, until = this.#cells.length): boolean {
    const end = Math.min(until, this.#cells.length);
    for (let column = from; column < end; column++) {
      const cell = this.#cells[column];
      if (cell !== BLANK && cell !== '') return true;
    }
    return false;
  }

  write(column: number, character: string, at: number): void {
    if (this.#cells[column] === character) return;
    this.#reach(column, at);
    this.#cells[column] = character;
    this.#times[column] = at;
    // what shrinks at its end was seen before
    if (character !== BLANK || this.shows(column + 1)) this.changed = true;
  }

  /** Adds to the character at `column`, if there is one: an accent. */
  combine(column: number, mark: string): void {
    const there = this.#cells[column];
    if (there === undefined || there.length > 16) return;
    this.#cells[column] = there + mark;
    this.changed = true;
  }

  erase(from: number, until: number, at: number): void {
    const behind = this.shows(until);
    if (!behind) {
      this.#cells.length = Math.min(this.#cells.length, from);
      this.#times.length = this.#cells.length;
      return;
    }
    for (let column = from; column < until; column++) this.write(column, BLANK, at);
  }

  remove(column: number, count: number): void {
    if (this.shows(column + count)) this.changed = true;
    this.#cells.splice(column, count);
    this.#times.splice(column, count);
  }

  insert(column: number, count: number, { width, at }: { width: number; at: number }): void {
    if (!this.shows(column)) return;
    this.changed = true;
    this.#cells.splice(column, 0, ...Array<string>(count).fill(BLANK));
    this.#times.splice(column, 0, ...Array<number>(count).fill(at));
    this.#cells.length = Math.min(this.#cells.length, width);
    this.#times.length = this.#cells.length;
  }

  get text(): string {
    return this.#cells.join('');
  }

  /** Adds the time of every UTF-16 unit of its text. */
  addTimes(times: number[]): void {
    for (const [column, { length }] of this.#cells.entries()) {
      for (let unit = 0; unit < length; unit++) times.push(this.#times[column]!);
    }
  }

  #reach(column: number, at: number): void {
    while (this.#cells.length < column) {
      this.#cells.push(BLANK);
      this.#times.push(at);
    }
  }

  get state(): RowState {
    const { id, changed, wraps, rewrittenIn } = this;
    return { id, changed, wraps, rewrittenIn, cells: this.#cells, times: pairs(this.#times) };
  }

  static from({ id, changed, wraps, rewrittenIn, cells, times }: RowState): ScreenRow {
    const row = new ScreenRow(id);
    row.changed = changed;
    row.wraps = wraps;
    row.rewrittenIn = rewrittenIn;
    row.#cells = [...cells];
    row.#times = times.flatMap(([count, at]) => Array<number>(count).fill(at));
    return row;
  }
}

/** A row as it is kept. */
export interface RowState {
  readonly id: number;
  readonly changed: boolean;
  readonly wraps: boolean;
  readonly rewrittenIn: number;
  readonly cells: readonly string[];
  readonly times: readonly (readonly [count: number, at: number])[];
}

/** The line that these rows, which wrap into each other, show together; undefined when they show nothing. */
export function seenLine(rows: readonly ScreenRow[]): SeenLine | undefined {
  const shown = rows
    .map(({ text }) => text)
    .join('')
    .trimEnd();
  if (shown === '') return undefined;
  const times: number[] = [];
  for (const row of rows) row.addTimes(times);
  return { row: rows[0]!.id, text: shown, times: pairs(times.slice(0, shown.length)) };
}

/** How often the same follows itself. */
function pairs(values: readonly number[]): [count: number, value: number][] {
  const found: [number, number][] = [];
  for (const value of values) {
    const last = found.at(-1);
    if (last?.[1] === value) last[0]++;
    else found.push([1, value]);
  }
  return found;
}
