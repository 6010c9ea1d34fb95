import { Screen, type ScreenState } from './screen.ts';
import type { SeenLine } from './screen-row.ts';
import { type ParserState, TerminalParser } from './terminal-parser.ts';

/** What is kept between two parts of a recording. */
export interface SeenTextState {
  readonly screen: ScreenState;
  readonly parser: ParserState;
}

/** Reads the text of a recording, part after part, for what a person saw. What was typed is not looked at. */
export class SeenText {
  #lines: SeenLine[] = [];
  readonly #screen: Screen;
  readonly #parser: TerminalParser;

  constructor(state?: SeenTextState) {
    const onLine = (line: SeenLine) => this.#lines.push(line);
    this.#screen = state ? Screen.from(state.screen, onLine) : new Screen({ columns: 80, rows: 24 }, onLine);
    this.#parser = new TerminalParser(this.#screen, state?.parser);
  }

  /** Lines of an asciicast. One that is none is passed over: a recording that was changed is told elsewhere. */
  read(text: string): void {
    for (const line of text.split('\n')) {
      const event = parsed(line);
      if (Array.isArray(event)) this.#hear(event);
      else if (event !== undefined) this.#begin(event);
    }
  }

  /** What was seen so far and not taken yet. What stands on the screen is told as well, and again when it changes. */
  take(): SeenLine[] {
    this.#screen.tell();
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  get state(): SeenTextState {
    return { screen: this.#screen.state, parser: this.#parser.state };
  }

  #begin({ width, height }: { width?: unknown; height?: unknown }): void {
    if (typeof width === 'number' && typeof height === 'number') this.#screen.resize(width, height);
  }

  #hear([time, kind, data]: unknown[]): void {
    if (typeof time !== 'number' || typeof data !== 'string') return;
    this.#screen.now = Math.round(time * 1_000);
    if (kind === 'o') this.#parser.feed(data);
    const size = kind === 'r' ? /^(\d+)x(\d+)$/.exec(data) : null;
    if (size) this.#screen.resize(Number(size[1]), Number(size[2]));
  }
}

function parsed(line: string): unknown[] | { width?: unknown; height?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
