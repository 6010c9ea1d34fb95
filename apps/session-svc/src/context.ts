import type { Clock } from '@muster/kernel';
import type { Authorizer } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { Vault } from '@muster/vault';
import type { Kysely } from 'kysely';
import type { SessionQuotas } from './domain/session-limits.ts';
import type { Machines } from './machines.ts';
import type { Indexer } from './recording/indexer.ts';
import type { Relays } from './relay/relays.ts';
import type { SessionGate } from './session-gate.ts';
import type { SessionSchema } from './store/schema.ts';

/** What the doors of this service may use; each takes the part it needs. */
export interface SessionContext {
  readonly db: Kysely<SessionSchema>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The region that names of resources carry. */
  readonly region: string;
  /** Seals the keys of open sessions. */
  readonly vault: Vault;
  readonly authorizer: Authorizer;
  /** What invocation-svc says of machines. */
  readonly machines: Machines;
  readonly relays: Relays;
  readonly indexer: Indexer;
  readonly limits: SessionQuotas;
  /** What else must let a session pass that policies allow. */
  readonly gate: SessionGate;
  /** Whether ports are forwarded at all. */
  readonly forwardPorts: boolean;
}
