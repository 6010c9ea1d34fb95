import type { Writable } from 'node:stream';
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
  write(bytes: string | Uint8Array): void;
  line(text?: string): void;
}

/** The three standard streams. */
export interface Terminal {
  readonly out: Channel;
  readonly err: Channel;
  readonly input: NodeJS.ReadStream;
}

/** The process's own streams. Colour only on a terminal. */
export function processTerminal({ color }: { color: boolean }): Terminal {
  return {
    out: channel(process.stdout, color),
    err: channel(process.stderr, color),
    input: process.stdin,
  };
}

function channel(stream: NodeJS.WriteStream, color: boolean): Channel {
  const isTerminal = stream.isTTY === true;
  return {
    stream,
    isTerminal,
    // a width of 0 is what some pseudo-terminals have; ora would never come back from it
    canRedraw: isTerminal && stream.columns > 0,
    colors: picocolors.createColors(isTerminal && color),
    get width() {
      return isTerminal ? stream.columns || 80 : Number.POSITIVE_INFINITY;
    },
    // looked up at each call: a spinner puts itself between while it turns
    write: (bytes) => void stream.write(bytes),
    line: (text = '') => void stream.write(`${text}\n`),
  };
}
