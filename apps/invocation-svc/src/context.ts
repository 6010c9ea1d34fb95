import type { Bus } from '@muster/bus';
import type { Clock } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import type { Vault } from '@muster/vault';
import type { Kysely } from 'kysely';
import type { CommandLibrary } from './command-library.ts';
import type { DeliveryRules } from './domain/delivery.ts';
import type { ObjectStorage } from './object-storage.ts';
import type { StandingRights } from './standing-rights.ts';
import type { Schema } from './store/schema.ts';
import type { Write } from './store/unit-of-work.ts';
import type { TaskSigner } from './task-signer.ts';
import type { WatchHub } from './watch-hub.ts';

/** What the doors for runs may use; each takes the part it needs. */
export interface Context {
  /** For reading. */
  readonly db: Kysely<Schema>;
  /** For everything that changes. */
  readonly write: Write;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The region that names of resources carry. */
  readonly region: string;
  /** The services' account: agents' messages and events. */
  readonly bus: Bus;
  readonly library: CommandLibrary;
  /** Takes the full output of tasks. */
  readonly objectStorage: ObjectStorage;
  readonly signer: TaskSigner;
  /** Seals what must not be readable in the store. */
  readonly vault: Vault;
  readonly hub: WatchHub;
  /** Whether those who made runs may still have them start. */
  readonly standing: StandingRights;
  readonly rules: DeliveryRules;
  /** How many tasks a second may be sent for an account at this moment. */
  readonly tasksPerSecond: (accountUin: string) => number;
  /** Looks for what is due now instead of at the time known so far; called after a commit that made something due. */
  readonly kickDispatch: () => void;
}
