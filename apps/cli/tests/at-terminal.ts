import { PassThrough } from 'node:stream';
import { readConfig } from '../src/config.ts';
import { runMuster } from '../src/run-muster.ts';
import { KeptOutput } from './kept-output.ts';
import type { Home } from './muster.ts';

/** A terminal's output. */
class FakeScreen extends KeptOutput {
  readonly isTTY = true;
  columns: number;
  rows: number;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }
}

/** A command that runs in this process, at a terminal of its own. */
export interface AtTerminal {
  readonly done: Promise<number>;
  /** Everything on the screen, what the shell printed and what the CLI said of it, each for itself. */
  readonly out: () => string;
  readonly err: () => string;
  /** Whether keys come as they are pressed. */
  readonly isRaw: () => boolean;
  press(keys: string): void;
  resize(columns: number, rows: number): void;
}

/** Starts one. */
export function atTerminal(user: Home, args: readonly string[], { columns = 100, rows = 30 } = {}): AtTerminal {
  const [stdout, stderr] = [new FakeScreen(columns, rows), new FakeScreen(columns, rows)];
  let isRaw = false;
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true as const,
    setRawMode(raw: boolean) {
      isRaw = raw;
      return this as never;
    },
  });
  return {
    done: runMuster(args, readConfig(user.env), { stdin, stdout, stderr }),
    out: () => stdout.text,
    err: () => stderr.text,
    isRaw: () => isRaw,
    press: (keys) => void stdin.write(keys),
    resize(width, height) {
      Object.assign(stdout, { columns: width, rows: height });
      stdout.emit('resize');
    },
  };
}
