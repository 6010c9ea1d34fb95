import { LineSplitter } from './line-splitter.ts';

/** The last line that is not blank, without its end; empty when there is none. */
export function lastLine(bytes: Uint8Array): Uint8Array {
  const splitter = new LineSplitter();
  const lines = splitter.push(bytes);
  const rest = splitter.end();
  return [...lines, ...(rest ? [rest] : [])].findLast((line) => line.some((byte) => byte > 0x20)) ?? new Uint8Array();
}
