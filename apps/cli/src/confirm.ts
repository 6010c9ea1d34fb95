import type { App } from './app.ts';
import { prompt } from './prompt.ts';
import { Stop } from './stop.ts';

/**
 * Asks a person on a terminal; everything but yes ends the command with `refusal`. Programs are not asked. A terminal whose
 * standard input is taken cannot be asked, so it has to say --yes.
 */
export async function confirm({ terminal, json }: App, question: string, refusal: string): Promise<void> {
  const { err, input } = terminal;
  if (json || !err.isTerminal) return;
  if (!input.isTTY) throw new Stop(`${question} Standard input cannot be asked`, { hint: 'say --yes' });
  if (!/^y(es)?$/i.test(await prompt(terminal, `${question} [y/N] `))) throw new Stop(refusal);
}
