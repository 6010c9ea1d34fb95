import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Terminal } from './output/terminal.ts';
import { readStdin } from './script-source.ts';
import { Stop } from './stop.ts';

/** A secret from standard input: its first line. */
export async function secretFromStdin(terminal: Terminal, what: string): Promise<string> {
  const [secret = ''] = (await readStdin(terminal, what)).toString('utf8').split(/\r?\n/);
  if (secret === '') throw new Stop(`standard input holds no ${what}`);
  return secret;
}

/** Asks on a terminal; what is typed is not shown when it is a secret. Off a terminal it says which option to give. */
export async function ask(
  { input, err }: Terminal,
  { question, option, hidden = false }: { question: string; option: string; hidden?: boolean },
): Promise<string> {
  if (!input.isTTY || !err.isTerminal) throw new Stop(`${option} is missing`, { hint: `give ${option}` });
  err.write(`${question}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input, output: hidden ? silent : err.stream, terminal: true });
  const answer = await prompt.question('');
  prompt.close();
  if (hidden) err.line();
  if (answer.trim() === '') throw new Stop(`${option} is missing`);
  return answer.trim();
}
