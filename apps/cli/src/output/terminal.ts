import type { Readable, Writable } from 'node:stream';
import picocolors from 'picocolors';

/** Colours of one stream; all of them do nothing when it has none. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** A stream that people or programs read. */
export interface Channel {
  readonly stream: Writable;
  readonly isTerminal: boolean;
  /** Whether a line may be drawn again and again: not on a terminal that does not say how wide it is. */
  readonly canRedraw: boolean;
  readonly colors: Colors;
  /** Columns; infinite off a terminal. */
  readonly width: number;
  /** Columns and rows of a terminal that says how big it is. */
  readonly size: { readonly columns: number; readonly rows: number } | undefined;
  write(bytes: string | Uint8Array): void;
  line(text?: string): void;
}

/** Where people type, or a pipe. */
export type Input = Readable & Partial<Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode'>>;
/** Where people read, or a pipe. */
export type Output = Writable & Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>>;

/** The three standard streams, as a process has them. */
export interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** The three standard streams. */
export interface Terminal {
  readonly out: Channel;
  readonly err: Channel;
  readonly input: Input;
}

/** Streams with what the CLI wants to know of them. Colour only on a terminal. */
export function terminalOf({ stdin, stdout, stderr }: Streams, { color }: { color: boolean }): Terminal {
  return { out: channel(stdout, color), err: channel(stderr, color), input: stdin };
}

function channel(stream: Output, color: boolean): Channel {
  const isTerminal = stream.isTTY === true;
  const columns = () => stream.columns ?? 0;
  return {
    stream,
    isTerminal,
    // a width of 0 is what some pseudo-terminals have; ora would never come back from it
    canRedraw: isTerminal && columns() > 0,
    colors: picocolors.createColors(isTerminal && color),
    get width() {
      return isTerminal ? columns() || 80 : Number.POSITIVE_INFINITY;
    },
    get size() {
      const { rows = 0 } = stream;
      return isTerminal && columns() > 0 && rows > 0 ? { columns: columns(), rows } : undefined;
    },
    // looked up at each call: a spinner puts itself between while it turns
    write: (bytes) => void stream.write(bytes),
    line: (text = '') => void stream.write(`${text}\n`),
  };
}
