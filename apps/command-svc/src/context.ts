import type { Clock } from '@muster/kernel';
import type { Vault } from '@muster/vault';
import type { CommandUse } from './command-use.ts';
import type { CommandReader } from './store/command-store.ts';
import type { CommandWriter } from './store/command-writer.ts';
import type { SceneReader } from './store/library-store.ts';

/** What the doors of this service may use; each takes the part it needs. */
export interface CommandContext {
  readonly commands: CommandReader;
  readonly scenes: SceneReader;
  /** Runs `work` in one transaction; what it announced is on its way when the promise resolves. */
  readonly write: <R>(work: (commands: CommandWriter) => Promise<R>) => Promise<R>;
  readonly clock: Clock;
  /** The region that names of resources carry. */
  readonly region: string;
  /** Seals what must not be readable in the store. */
  readonly vault: Vault;
  /** How many commands an account may have. */
  readonly quota: number;
  /** Which commands invokers and runs use. */
  readonly commandUse: CommandUse;
}
