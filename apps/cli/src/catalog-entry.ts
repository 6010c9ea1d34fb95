import type { Verb } from './verb.ts';

/** A command that does something; its code is loaded when somebody types it. */
export interface VerbEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Verb>;
}

/** A noun with verbs. */
export interface NounEntry {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly (VerbEntry | NounEntry)[];
}

/** An entry for a verb. */
export function verb(name: string, summary: string, load: () => Promise<Verb>): VerbEntry {
  return { name, summary, load };
}

/** An entry for a noun. */
export function noun(name: string, summary: string, verbs: readonly (VerbEntry | NounEntry)[]): NounEntry {
  return { name, summary, verbs };
}
