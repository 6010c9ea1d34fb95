import { join } from 'node:path';
import type { Subscription } from '@muster/bus';
import { EnrollmentService, InstanceService, InvocationService } from '@muster/contract';
import { openStore, startOutboxRelay } from '@muster/db';
import type { Clock } from '@muster/kernel';
import { bind, startRpcServer } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { Config } from './config.ts';
import { connectPeers, connectToBus, openInstallationTenants, type Peers } from './connections.ts';
import { watchDisconnects } from './consumers/disconnect.ts';
import { listenToHeartbeats } from './consumers/heartbeat.ts';
import { serveHello } from './consumers/hello.ts';
import { serveTaskOutput } from './consumers/task-output.ts';
import { serveTaskResult } from './consumers/task-result.ts';
import { serveTaskStart } from './consumers/task-start.ts';
import type { Context } from './context.ts';
import type { DeliveryRules } from './domain/delivery.ts';
import { eventOf } from './events.ts';
import { enrollmentHandlers, instanceHandlers, invocationHandlers } from './handlers/index.ts';
import { serviceLogger } from './logger.ts';
import type { MachineContext } from './machine-context.ts';
import { migrations } from './store/migrations/index.ts';
import type { Schema } from './store/schema.ts';
import { unitsOfWork } from './store/unit-of-work.ts';
import { taskHooks } from './task-hooks.ts';
import { openTaskSigner } from './task-signer.ts';
import type { Tenants } from './tenants.ts';
import { startDispatch } from './timers/dispatch.ts';
import { startPresenceTimer } from './timers/presence.ts';
import { startWatchdog } from './timers/watchdog.ts';
import { createWatchHub } from './watch-hub.ts';

/** The running service. */
export interface InvocationServer extends AsyncDisposable {
  /** `host:port` with the real port. */
  readonly address: string;
}

/** Stand-ins for the doors to the outside. */
export interface Overrides extends Partial<Peers> {
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Starts everything that the service is made of, in order; disposing the result stops it in reverse. */
export async function createServer(config: Config, overrides: Overrides = {}): Promise<InvocationServer> {
  await using starting = new AsyncDisposableStack();
  const { logger = serviceLogger(config.logLevel), clock = { now: Date.now } } = overrides;
  const { region } = config;
  const db = await openStore<Schema>({ file: join(config.dataDir, 'invocation.db'), migrations });
  starting.defer(() => db.destroy());
  const { authorizer, commandLibrary: library } = await connectPeers(config, overrides, starting);
  let tenants: Tenants | undefined;
  const onReconnect = () => void tenants?.pushAll();
  const { bus, control } = await connectToBus(config, { logger, onReconnect }, starting);
  tenants = await openInstallationTenants(config, { db, control, clock, logger });
  await tenants.pushAll();

  const hub = createWatchHub();
  const relay = starting.use(
    startOutboxRelay(db, ({ subject, payload, messageId }) => bus.publishEvent(subject, payload, messageId), {
      onError: (error) => logger.warn({ err: error }, 'events wait for the bus'),
    }),
  );
  const write = unitsOfWork(db, {
    announce: eventOf,
    committed(changes) {
      hub.tell(changes);
      if (changes.some((change) => change.kind !== 'output')) relay.kick();
    },
  });
  // what was handed in is committed before the store closes
  starting.defer(() => write(async () => undefined));

  const signer = await openTaskSigner(join(config.dataDir, 'task-signing.pem'));
  const rules = deliveryRules(config);
  const common = { db, write, clock, logger, region, bus, rules };
  const dispatch = starting.use(startDispatch({ ...common, signer }));
  starting.use(startWatchdog(common));
  starting.use(startPresenceTimer({ ...common, offlineAfterMs: config.offlineAfterSeconds * 1_000 }));
  const hooks = taskHooks({ ...common, kickDispatch: dispatch.kick });
  const doors: Subscription[] = [
    serveHello({ ...common, hooks, heartbeatSeconds: config.heartbeatSeconds }),
    listenToHeartbeats({ ...common, hooks }),
    watchDisconnects({ ...common, control }),
    serveTaskStart(common),
    serveTaskOutput(common),
    serveTaskResult(common),
  ];
  starting.defer(() => {
    for (const door of doors) door.unsubscribe();
  });
  await Promise.all([bus.flush(), control.flush()]);

  const context: Context = { ...common, library, signer, hub, kickDispatch: dispatch.kick };
  const busServers = (config.agentNatsUrl || config.natsUrl).split(',');
  const machines: MachineContext = { ...common, tenants, busServers, signingKeys: [signer], authorizer };
  const { address } = starting.use(
    await startRpcServer({
      listen: config.listen,
      services: [
        bind(InvocationService, invocationHandlers(context)),
        bind(InstanceService, instanceHandlers(machines)),
        bind(EnrollmentService, enrollmentHandlers(machines)),
      ],
      guard: { authorizer, region },
      logger,
    }),
  );
  // watchers are let go first: the server waits for calls under way
  starting.use(hub);
  const running = starting.move();
  return { address, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function deliveryRules(config: Config): DeliveryRules {
  return {
    windowMs: config.deliveryWindowSeconds * 1_000,
    deadlineMs: config.deliveryDeadlineSeconds * 1_000,
    graceMs: config.runGraceSeconds * 1_000,
    outputLimit: config.outputLimitBytes,
  };
}
