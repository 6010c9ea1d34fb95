import type { HeldTask, HeldVerdict } from '@muster/contract';
import type { Clock } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import type { Vault } from '@muster/vault';
import type { Kysely } from 'kysely';
import type { CommandLibrary } from './command-library.ts';
import type { InstanceRecord } from './store/instance-store.ts';
import type { Schema } from './store/schema.ts';
import type { UnitOfWork, Write } from './store/unit-of-work.ts';
import type { TaskKeys } from './task-keys.ts';
import type { Tenants } from './tenants.ts';

/** What the doors for machines may use; each takes the part it needs. */
export interface MachineContext {
  /** For reading. */
  readonly db: Kysely<Schema>;
  /** For everything that changes. */
  readonly write: Write;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The region that names of resources carry. */
  readonly region: string;
  /** Seals what must not be readable in the store. */
  readonly vault: Vault;
  readonly tenants: Tenants;
  readonly library: Pick<CommandLibrary, 'count'>;
  /** How many register codes an account may have. */
  readonly registerCodeQuota: number;
  /** Where agents find the bus, `nats://host:port`. */
  readonly busServers: readonly string[];
  /** The keys whose signature on a task agents shall accept, and what makes them believe that. */
  readonly taskKeys: AnnouncedKeys;
}

/** Task keys as machines are told of them. */
export interface AnnouncedKeys extends Pick<TaskKeys, 'keySets'> {
  /** Oldest first. */
  readonly keys: readonly Pick<TaskKeys['keys'][number], 'keyId' | 'publicKey'>[];
}

/** What a machine says of the tasks it holds. */
export interface Holding {
  readonly instanceId: string;
  /** Its memory of earlier tasks is gone. */
  readonly journalIsNew: boolean;
  readonly held: readonly HeldTask[];
}

/** What the doors for machines need from those for tasks. */
export interface TaskHooks {
  /** Compares what the machine holds with the rows, in the transaction that opens the session. */
  reconcile(unit: UnitOfWork, holding: Holding): Promise<HeldVerdict[]>;
  /** Called once the machine is there (again) and that is committed: what waits for it is due now. */
  onSession(instance: InstanceRecord): void;
}
