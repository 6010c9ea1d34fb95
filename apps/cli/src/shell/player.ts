import { type CastEvent, type CastHeader, otherSpeed, Playback } from '@muster/terminal';
import { formatClock } from '../domain/duration.ts';
import { SafeOutput } from '../domain/safe-output.ts';
import { ScreenModes } from '../domain/screen-modes.ts';
import type { Terminal } from '../output/terminal.ts';
import { rawMode } from './raw-mode.ts';

/** How to play. */
export interface PlayOptions {
  readonly speed: number;
  readonly fromMs: number;
  readonly idleLimitMs: number;
}

/** Left and right go so far. */
const STEP_MS = 5_000;
/** A state that is shown goes away again. */
const SHOWN_MS = 2_000;
const CLEAR = '\x1b[m\x1b[H\x1b[2J\x1b[3J';
const BOTTOM = '\x1b[999;1H';

/** What keys of a terminal ask for, by what they send. */
const KEYS: readonly (readonly [string, 'pause' | 'back' | 'forward' | 'faster' | 'slower' | 'quit'])[] = [
  [' ', 'pause'],
  ['\x1b[D', 'back'],
  ['\x1bOD', 'back'],
  ['\x1b[C', 'forward'],
  ['\x1bOC', 'forward'],
  ['+', 'faster'],
  ['=', 'faster'],
  ['-', 'slower'],
  ['q', 'quit'],
  ['\x03', 'quit'],
];

/** Plays a recording on a terminal, with keys to steer it, until it ends or is left; the terminal is as before then. */
export async function play(
  { input, out, err }: Terminal,
  header: CastHeader,
  events: readonly CastEvent[],
  { speed, fromMs, idleLimitMs }: PlayOptions,
): Promise<void> {
  const playback = new Playback({ speed, idleLimitMs });
  playback.add(events);
  const over = Promise.withResolvers<void>();
  const screen = new Screen((text) => out.write(text));
  let timer: NodeJS.Timeout | undefined;
  const now = () => performance.now();

  const goOn = () => {
    clearTimeout(timer);
    screen.draw(playback.due(now()));
    const wait = playback.dueIn(now());
    if (wait !== undefined) timer = setTimeout(goOn, wait);
    else if (playback.isAtEnd) over.resolve();
  };
  const show = () => {
    const state = playback.isPlaying ? `${playback.speed}×` : 'paused';
    const where = `${formatClock(playback.positionMs(now()))} / ${formatClock(playback.durationMs)}`;
    screen.show(err.colors.inverse(` ${where}  ${state}  space ← → + - q `), playback.isPlaying ? SHOWN_MS : undefined);
  };
  const seek = (toMs: number) => {
    const { fromStart, events: between } = playback.seek(toMs, now());
    if (fromStart) screen.clear();
    screen.draw(between);
  };
  const press = (keys: string) => {
    for (const [, what] of KEYS.filter(([key]) => keys.includes(key))) {
      if (what === 'quit') return over.resolve();
      if (what === 'pause') playback.isPlaying ? playback.pause(now()) : playback.play(now());
      else if (what === 'faster' || what === 'slower') playback.setSpeed(otherSpeed(playback.speed, what), now());
      else seek(playback.positionMs(now()) + (what === 'back' ? -STEP_MS : STEP_MS));
      show();
    }
    goOn();
    return undefined;
  };

  const keys = (chunk: Uint8Array | string) => press(chunk.toString());
  using _raw = rawMode(input, () => over.resolve());
  if (input.isTTY) input.on('data', keys).resume();
  try {
    const { columns, rows } = out.size ?? header;
    if (columns < header.columns || rows < header.rows) {
      err.write(`muster: recorded at ${header.columns}×${header.rows}, and this terminal has ${columns}×${rows}\r\n`);
    }
    screen.clear();
    seek(fromMs);
    playback.play(now());
    goOn();
    await over.promise;
  } finally {
    clearTimeout(timer);
    input.off('data', keys).pause();
    screen.close();
  }
}

/** What is drawn, and a line over it that says where in the recording that is. */
class Screen {
  readonly #write: (bytes: string | Uint8Array) => void;
  #modes = new ScreenModes();
  #safe = new SafeOutput();
  #hiding: NodeJS.Timeout | undefined;
  #shown = '';

  constructor(write: (bytes: string | Uint8Array) => void) {
    this.#write = write;
  }

  draw(events: readonly CastEvent[]): void {
    const text = events.map(({ kind, text: each }) => (kind === 'o' ? each : '')).join('');
    if (text === '') return;
    const bytes = this.#safe.take(Buffer.from(text));
    this.#modes.see(bytes);
    this.#write(bytes);
    if (this.#shown !== '') this.#overlay(this.#shown);
  }

  clear(): void {
    this.#write(`${this.#modes.undone()}${CLEAR}`);
    this.#safe = new SafeOutput();
  }

  /** Shows a line at the bottom, for a while or until another is shown. */
  show(line: string, forMs: number | undefined): void {
    clearTimeout(this.#hiding);
    this.#shown = line;
    this.#overlay(line);
    if (forMs !== undefined) {
      this.#hiding = setTimeout(() => {
        this.#shown = '';
        this.#overlay('');
      }, forMs);
    }
  }

  close(): void {
    clearTimeout(this.#hiding);
    if (this.#shown !== '') this.#overlay('');
    this.#write(`${this.#modes.undone()}\r\n`);
  }

  #overlay(line: string): void {
    this.#write(`\x1b7${BOTTOM}\x1b[m\x1b[2K${line}\x1b8`);
  }
}
