import { escapeBytes } from '../domain/escape.ts';
import { LineSplitter } from '../domain/line-splitter.ts';
import type { Channel } from './terminal.ts';

/** Prints a script line by line, safe on a terminal. */
export function printScript(channel: Channel, content: Uint8Array): void {
  const splitter = new LineSplitter();
  const lines = splitter.push(content);
  const rest = splitter.end();
  for (const line of rest ? [...lines, rest] : lines) channel.line(escapeBytes(line));
}
