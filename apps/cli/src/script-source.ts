import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Terminal } from './output/terminal.ts';
import { Stop } from './stop.ts';

/** Everything that standard input gives; refuses a terminal, where nobody would know that it waits. */
export async function readStdin({ input }: Terminal, what: string): Promise<Buffer> {
  if (input.isTTY)
    throw new Stop(`${what} is to come from standard input, which is the terminal`, { hint: 'pipe it in' });
  return buffer(input as Readable);
}

/** A file's bytes; `-` is standard input. */
export async function readSource(file: string, terminal: Terminal, what: string): Promise<Buffer> {
  if (file === '-') return readStdin(terminal, what);
  try {
    return await readFile(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Stop(missing ? `no file \`${file}\`` : `cannot read \`${file}\`: ${(error as Error).message}`);
  }
}
