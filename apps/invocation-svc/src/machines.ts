import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bus, keyOf, serviceBusInBackground } from '@muster/bus';
import type { Clock } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import type { Kysely } from 'kysely';
import { watchDisconnects } from './consumers/disconnect.ts';
import { listenToHeartbeats } from './consumers/heartbeat.ts';
import { serveHello } from './consumers/hello.ts';
import type { MachineContext, TaskHooks } from './machine-context.ts';
import type { Schema } from './store/schema.ts';
import { openTenants, type Tenants } from './tenants.ts';
import { startPresenceTimer } from './timers/presence.ts';

/** How to reach the bus's system account, and what signs tenants. */
export interface ControlOptions {
  readonly db: Kysely<Schema>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The folder of the service's data. */
  readonly dataDir: string;
  readonly natsUrl: string;
  readonly natsCa: string;
  readonly allowPlaintext: boolean;
  /** Credentials in the system account. */
  readonly natsControlCreds: string;
  /** File with the seed of the operator's signing key. */
  readonly natsOperatorSigningSeed: string;
  /** Public key of the services' account. */
  readonly natsServicesAccount: string;
}

/** The connection to the bus's system account and the tenants that are handed in over it. */
export interface Control extends AsyncDisposable {
  readonly bus: Bus;
  readonly tenants: Tenants;
}

/** Connects and hands in the claims of every known tenant, now and whenever the bus comes back. */
export async function connectControl(options: ControlOptions): Promise<Control> {
  const { db, clock, logger, dataDir, natsUrl, natsControlCreds, natsOperatorSigningSeed, natsServicesAccount } =
    options;
  const operatorSigning = keyOf((await readFile(natsOperatorSigningSeed, 'utf8')).trim());
  const bus = await serviceBusInBackground({
    name: 'control',
    url: natsUrl,
    credsFile: natsControlCreds,
    caFile: options.natsCa,
    allowPlaintext: options.allowPlaintext,
    logger,
  });
  const tenants = openTenants({
    db,
    directory: join(dataDir, 'tenants'),
    operatorSigning,
    servicesAccount: natsServicesAccount,
    control: bus,
    clock,
    logger,
  });
  bus.onReconnect(() => void tenants.pushAll());
  await tenants.pushAll();
  return {
    bus,
    tenants,
    async [Symbol.asyncDispose]() {
      tenants[Symbol.dispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

/** What keeping presence needs. */
export interface MachinesOptions extends MachineContext {
  /** The services' account. */
  readonly bus: Bus;
  /** The system account. */
  readonly control: Bus;
  readonly hooks: TaskHooks;
  readonly heartbeatSeconds: number;
  readonly offlineAfterSeconds: number;
}

/** Starts listening to machines; disposing the result stops it. */
export async function startMachines({ control, hooks, ...options }: MachinesOptions): Promise<AsyncDisposable> {
  const { bus, heartbeatSeconds, offlineAfterSeconds } = options;
  const timer = startPresenceTimer({ ...options, offlineAfterMs: offlineAfterSeconds * 1_000 });
  const subscriptions = [
    serveHello({ ...options, hooks, heartbeatSeconds }),
    listenToHeartbeats({ ...options, hooks }),
    watchDisconnects({ ...options, control }),
  ];
  // from here on an agent that calls is heard
  await Promise.all([bus.flush(), control.flush()]);
  return {
    async [Symbol.asyncDispose]() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      await timer[Symbol.asyncDispose]();
    },
  };
}
