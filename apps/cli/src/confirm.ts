import { createInterface } from 'node:readline/promises';
import type { App } from './app.ts';
import { Stop } from './stop.ts';

/**
 * Asks a person on a terminal; everything but yes ends the command with `refusal`. Programs are not asked. A terminal whose
 * standard input is taken cannot be asked, so it has to say --yes.
 */
export async function confirm({ terminal, json }: App, question: string, refusal: string): Promise<void> {
  const { err, input } = terminal;
  if (json || !err.isTerminal) return;
  if (!input.isTTY) throw new Stop(`${question} Standard input cannot be asked`, { hint: 'say --yes' });
  const prompt = createInterface({ input, output: err.stream });
  const answer = await prompt.question(`${question} [y/N] `);
  prompt.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Stop(refusal);
}
