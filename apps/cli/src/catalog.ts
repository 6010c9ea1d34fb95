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

/** Everything that can be typed after `muster`, in the order of `--help`. */
export const CATALOG: readonly { readonly heading: string; readonly entries: readonly (VerbEntry | NounEntry)[] }[] = [
  {
    heading: 'Run things:',
    entries: [
      {
        name: 'run',
        summary: 'run a script on instances',
        load: async () => (await import('./commands/run.ts')).run,
      },
      {
        name: 'logs',
        summary: 'print what a run wrote',
        load: async () => (await import('./commands/logs.ts')).logs,
      },
    ],
  },
  {
    heading: 'Look after things:',
    entries: [
      {
        name: 'instance',
        summary: 'machines and whether they can be reached',
        verbs: [
          {
            name: 'list',
            summary: 'list instances with their presence',
            load: async () => (await import('./commands/instance/list.ts')).instanceList,
          },
        ],
      },
    ],
  },
];
