import { type RowState, ScreenRow, type SeenLine, seenLine } from './screen-row.ts';
import type { TerminalActions } from './terminal-parser.ts';

/** Nobody looks at more at once. */
const MOST_COLUMNS = 1_000;
const MOST_ROWS = 400;
/** How much more than what was printed the lines may hold that were overwritten: a program must not be able to make much of little. */
const SPARE_UNITS = 8_192;

const WIDE =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const PLAIN = /^[ -~]*$/;
const MARK = /^(?:\p{M}|\u200d)$/u;

/** A screen as it is kept. */
export interface ScreenState {
  readonly columns: number;
  readonly height: number;
  readonly rows: readonly RowState[];
  readonly other: readonly RowState[] | null;
  readonly column: number;
  readonly row: number;
  readonly saved: readonly [column: number, row: number];
  readonly region: readonly [top: number, bottom: number];
  readonly nextId: number;
  readonly spare: number;
  readonly movement: number;
  readonly last: string;
}

/**
 * What a person saw of a terminal's output: a screen is kept, as far as text is concerned, and its lines are told when they leave it, are
 * overwritten, or are asked for. So what was typed letter by letter, corrected, or put together all over the screen is found as it stood there.
 */
export class Screen implements TerminalActions {
  readonly #onLine: (line: SeenLine) => void;
  /** Milliseconds from the start of the recording. */
  now = 0;
  #columns: number;
  #rows: ScreenRow[];
  /** The rows of the usual screen while a program shows one of its own. */
  #other: ScreenRow[] | undefined;
  #column = 0;
  #row = 0;
  #saved: readonly [column: number, row: number] = [0, 0];
  #top = 0;
  #bottom: number;
  #nextId = 0;
  #spare = SPARE_UNITS;
  #movement = 0;
  #last = ' ';

  readonly #controls: Readonly<Record<string, () => void>> = {
    '\b': () => this.#move(Math.min(this.#column, this.#columns) - 1, this.#row),
    '\t': () => this.#move((Math.floor(this.#column / 8) + 1) * 8, this.#row),
    '\n': () => this.#lineFeed(),
    '\v': () => this.#lineFeed(),
    '\f': () => this.#lineFeed(),
    '\r': () => this.#move(0, this.#row),
    '\u0084': () => this.#lineFeed(),
    '\u0085': () => this.#newLine(),
  };

  readonly #escapes: Readonly<Record<string, () => void>> = {
    D: () => this.#lineFeed(),
    E: () => this.#newLine(),
    M: () => (this.#row === this.#top ? this.#shift(this.#top, -1) : this.#move(this.#column, this.#row - 1)),
    '7': () => this.#save(),
    '8': () => this.#move(...this.#saved),
    c: () => this.#reset(),
  };

  /** By the last character; `count` is the first number, and 1 where there is none. */
  readonly #commands: Readonly<Record<string, (count: number, first: number, second: number) => void>> = {
    A: (count) => this.#move(this.#column, this.#row - count),
    B: (count) => this.#move(this.#column, this.#row + count),
    C: (count) => this.#move(this.#column + count, this.#row),
    D: (count) => this.#move(Math.min(this.#column, this.#columns - 1) - count, this.#row),
    E: (count) => this.#move(0, this.#row + count),
    F: (count) => this.#move(0, this.#row - count),
    G: (count) => this.#move(count - 1, this.#row),
    H: (_, row, column) => this.#move(column - 1, row - 1),
    J: (_, what) => this.#eraseScreen(what),
    K: (_, what) => this.#eraseLine(what),
    L: (count) => this.#shift(this.#row, -count),
    M: (count) => this.#shift(this.#row, count),
    P: (count) => this.#remove(count),
    S: (count) => this.#shift(this.#top, count),
    T: (count) => this.#shift(this.#top, -count),
    X: (count) => this.#erase(this.#column, this.#column + count),
    '@': (count) => this.#here.insert(this.#column, count, { width: this.#columns, at: this.now }),
    '`': (count) => this.#move(count - 1, this.#row),
    a: (count) => this.#move(this.#column + count, this.#row),
    b: (count) => this.print(this.#last.repeat(count)),
    d: (count) => this.#move(this.#column, count - 1),
    e: (count) => this.#move(this.#column, this.#row + count),
    f: (_, row, column) => this.#move(column - 1, row - 1),
    r: (_, top, bottom) => this.#setRegion(top, bottom),
    s: () => this.#save(),
    u: () => this.#move(...this.#saved),
  };

  constructor({ columns, rows }: { columns: number; rows: number }, onLine: (line: SeenLine) => void) {
    this.#onLine = onLine;
    this.#columns = clamp(columns, 1, MOST_COLUMNS);
    this.#rows = [];
    this.#bottom = clamp(rows, 1, MOST_ROWS) - 1;
    while (this.#rows.length <= this.#bottom) this.#rows.push(this.#newRow());
  }

  /** Tells every line that nobody was told of. */
  tell(): void {
    for (const row of this.#rows) this.#tellLineOf(row);
  }

  resize(columns: number, rows: number): void {
    this.#columns = clamp(columns, 1, MOST_COLUMNS);
    const height = clamp(rows, 1, MOST_ROWS);
    while (this.#rows.length > height) {
      const gone = this.#row > 0 ? this.#rows[0]! : this.#rows.at(-1)!;
      this.#tellLineOf(gone);
      this.#rows.splice(this.#rows.indexOf(gone), 1);
      this.#row = Math.max(0, this.#row - 1);
    }
    while (this.#rows.length < height) this.#rows.push(this.#newRow());
    this.#top = 0;
    this.#bottom = height - 1;
    this.#move(this.#column, this.#row);
  }

  print(text: string): void {
    this.#spare = Math.min(this.#spare + text.length, 4 * SPARE_UNITS);
    // most of what is printed, and much quicker so
    const plain = PLAIN.test(text);
    for (const character of text) {
      if (!plain && MARK.test(character)) this.#here.combine(Math.max(0, this.#column - 1), character);
      else this.#put(character, !plain && WIDE.test(character) ? 2 : 1);
    }
  }

  #put(character: string, width: number): void {
    if (this.#column + width > this.#columns) {
      this.#here.wraps = true;
      this.#newLine();
    }
    const row = this.#here;
    if (row.hides(this.#column, character)) this.#rewrite(row);
    row.write(this.#column, character, this.now);
    if (width === 2) row.write(this.#column + 1, '', this.now);
    this.#column += width;
    this.#last = character;
  }

  control(code: string): void {
    this.#controls[code]?.();
  }

  escape(sequence: string): void {
    this.#escapes[sequence]?.();
  }

  csi(final: string, numbers: readonly number[], sign: string): void {
    const [first = 0, second = 0] = numbers;
    if (sign === '') this.#commands[final]?.(clamp(numbers[0] ?? 1, 1, MOST_COLUMNS), first, second);
    else if (sign === '?' && (final === 'h' || final === 'l')) this.#setModes(numbers, final === 'h');
  }

  get #here(): ScreenRow {
    return this.#rows[this.#row]!;
  }

  #newRow(): ScreenRow {
    return new ScreenRow(this.#nextId++);
  }

  #move(column: number, row: number): void {
    this.#column = clamp(column, 0, this.#columns - 1);
    this.#row = clamp(row, 0, this.#rows.length - 1);
    this.#movement++;
  }

  #lineFeed(): void {
    this.#movement++;
    if (this.#row === this.#bottom) this.#shift(this.#top, 1);
    else if (this.#row < this.#rows.length - 1) this.#row++;
  }

  #newLine(): void {
    this.#column = 0;
    this.#lineFeed();
  }

  #save(): void {
    this.#saved = [this.#column, this.#row];
  }

  #reset(): void {
    this.#setModes([1_049], false);
    this.#eraseRows(0, this.#rows.length);
    this.#setRegion(0, 0);
  }

  /** Counted from 1; 0 is the whole screen. */
  #setRegion(top: number, bottom: number): void {
    const last = this.#rows.length - 1;
    this.#top = clamp(top - 1, 0, last);
    this.#bottom = bottom === 0 ? last : clamp(bottom - 1, this.#top, last);
    this.#move(0, 0);
  }

  #remove(count: number): void {
    this.#rewrite(this.#here);
    this.#here.remove(this.#column, count);
  }

  /** Rows from `from` to the bottom of what scrolls go up, or down when `count` is negative. */
  #shift(from: number, count: number): void {
    if (from < this.#top || from > this.#bottom) return;
    const most = Math.min(Math.abs(count), this.#bottom - from + 1);
    for (let done = 0; done < most; done++) {
      const [gone, put] = count > 0 ? [from, this.#bottom] : [this.#bottom, from];
      this.#tellLineOf(this.#rows[gone]!);
      this.#rows.splice(gone, 1);
      this.#rows.splice(put, 0, this.#newRow());
    }
  }

  #eraseScreen(what: number): void {
    if (what === 0) {
      this.#eraseLine(0);
      this.#eraseRows(this.#row + 1, this.#rows.length);
    } else if (what === 1) {
      this.#eraseLine(1);
      this.#eraseRows(0, this.#row);
    } else if (what === 2) {
      this.#eraseRows(0, this.#rows.length);
    }
  }

  #eraseRows(from: number, until: number): void {
    for (let index = from; index < until; index++) {
      this.#tellLineOf(this.#rows[index]!);
      this.#rows[index] = this.#newRow();
    }
  }

  #eraseLine(what: number): void {
    if (what === 0) this.#erase(this.#column, this.#columns);
    else if (what === 1) this.#erase(0, this.#column + 1);
    else if (what === 2) this.#erase(0, this.#columns);
  }

  #erase(from: number, until: number): void {
    const row = this.#here;
    if (row.shows(from, until)) this.#rewrite(row);
    row.erase(from, until, this.now);
    if (until >= this.#columns) row.wraps = false;
  }

  /** Something of the row is about to disappear: it is told as it was, once for what is written without moving the cursor. */
  #rewrite(row: ScreenRow): void {
    if (row.rewrittenIn === this.#movement) return;
    row.rewrittenIn = this.#movement;
    if (this.#spare <= 0) return;
    this.#tellLineOf(row, (line) => {
      this.#spare -= line.text.length;
    });
  }

  #tellLineOf(row: ScreenRow, onTold: (line: SeenLine) => void = () => undefined): void {
    if (!row.changed) return;
    const at = this.#rows.indexOf(row);
    let first = at;
    while (first > 0 && this.#rows[first - 1]!.wraps) first--;
    let last = at;
    while (this.#rows[last]!.wraps && last < this.#rows.length - 1) last++;
    const rows = this.#rows.slice(first, last + 1);
    for (const each of rows) each.changed = false;
    const line = seenLine(rows);
    if (!line) return;
    this.#onLine(line);
    onTold(line);
  }

  #setModes(modes: readonly number[], on: boolean): void {
    if (!modes.some((mode) => mode === 47 || mode === 1_047 || mode === 1_049)) return;
    if (on === (this.#other !== undefined)) return;
    this.tell();
    if (this.#other) {
      const height = this.#rows.length;
      this.#rows = this.#other;
      this.#other = undefined;
      this.resize(this.#columns, height);
      this.#move(...this.#saved);
    } else {
      this.#other = this.#rows;
      this.#rows = this.#other.map(() => this.#newRow());
      this.#save();
    }
  }

  get state(): ScreenState {
    return {
      columns: this.#columns,
      height: this.#rows.length,
      rows: this.#rows.map((row) => row.state),
      other: this.#other?.map((row) => row.state) ?? null,
      column: this.#column,
      row: this.#row,
      saved: this.#saved,
      region: [this.#top, this.#bottom],
      nextId: this.#nextId,
      spare: this.#spare,
      movement: this.#movement,
      last: this.#last,
    };
  }

  static from(state: ScreenState, onLine: (line: SeenLine) => void): Screen {
    const screen = new Screen({ columns: state.columns, rows: state.height }, onLine);
    screen.#rows = state.rows.map((row) => ScreenRow.from(row));
    screen.#other = state.other?.map((row) => ScreenRow.from(row));
    screen.#column = state.column;
    screen.#row = state.row;
    screen.#saved = state.saved;
    [screen.#top, screen.#bottom] = state.region;
    screen.#nextId = state.nextId;
    screen.#spare = state.spare;
    screen.#movement = state.movement;
    screen.#last = state.last;
    return screen;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
