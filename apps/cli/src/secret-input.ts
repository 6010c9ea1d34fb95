import type { Terminal } from './output/terminal.ts';
import { prompt } from './prompt.ts';
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
  terminal: Terminal,
  { question, option, hidden = false }: { question: string; option: string; hidden?: boolean },
): Promise<string> {
  const canAsk = terminal.input.isTTY && terminal.err.isTerminal;
  const answer = canAsk ? await prompt(terminal, `${question}: `, { hidden }) : '';
  if (answer === '') throw new Stop(`${option} is missing`, { hint: `give ${option}` });
  return answer;
}
