/** Who has a turn in a batch, and how many each may bring. */
export interface Turns {
  readonly whose: readonly string[];
  readonly each: number;
}

/**
 * Divides a batch of about `most` among those who wait (in order, each once), beginning behind whoever had the last turn of the batch before:
 * nobody waits longer than it takes everybody else to have had one turn, however much the others bring.
 */
export function takeTurns(waiting: readonly string[], { last, most }: { last: string; most: number }): Turns {
  const next = waiting.findIndex((each) => each > last);
  const from = next === -1 ? 0 : next;
  const whose = [...waiting.slice(from), ...waiting.slice(0, from)].slice(0, most);
  return { whose, each: whose.length === 0 ? 0 : Math.ceil(most / whose.length) };
}
