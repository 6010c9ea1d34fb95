import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Terminal } from './output/terminal.ts';

/** Asks on the terminal and answers what was typed, not shown when `hidden`; nothing at Ctrl-C and at the end of input. */
export async function prompt({ input, err }: Terminal, question: string, { hidden = false } = {}): Promise<string> {
  // readline repeats what is typed on its output, so a secret gets one that nobody sees
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (hidden) err.write(question);
  const reader = createInterface({ input, output: hidden ? silent : err.stream, terminal: true });
  reader.once('SIGINT', () => reader.close());
  const closed = once(reader, 'close').then(() => '');
  const answer = await Promise.race([reader.question(hidden ? '' : question), closed]);
  reader.close();
  if (hidden) err.line();
  return answer.trim();
}
