import type { Invocation } from '@muster/contract';
import { inert } from './inert-text.ts';

/** What a run is called: its command's name, or the first line of its script that says something. */
export function runTitle({ commandName, commandContent }: Pick<Invocation, 'commandName' | 'commandContent'>): string {
  if (commandName) return commandName;
  const lines = new TextDecoder().decode(commandContent.subarray(0, 4_096)).split('\n');
  const telling = lines.find((line) => line.trim() !== '' && !line.startsWith('#!')) ?? 'script';
  return inert(telling.trim()).slice(0, 120);
}
