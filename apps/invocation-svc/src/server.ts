import { join } from 'node:path';
import { permissionFeed, serviceBusInBackground } from '@muster/bus';
import {
  EnrollmentService,
  InstanceService,
  InvocationInternalService,
  InvocationService,
  InvokerService,
} from '@muster/contract';
import { openStore, removeFromOutbox, requireSameVault, startOutboxRelay, vaultOf, watchStore } from '@muster/db';
import type { Clock } from '@muster/kernel';
import { openMetrics } from '@muster/metrics';
import { bind, keepHealthTrue, loadServiceKeys, RateLimiter, startRpcServer } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { Config } from './config.ts';
import { connectPeers, type Peers } from './connections.ts';
import type { DeliveryRules } from './domain/delivery.ts';
import type { RetentionRules } from './domain/output-retention.ts';
import { eventOf } from './events.ts';
import { floodgate } from './floodgate.ts';
import {
  enrollmentHandlers,
  instanceHandlers,
  internalHandlers,
  invocationHandlers,
  invokerHandlers,
} from './handlers/index.ts';
import { type Invokers, startInvokers } from './invokers.ts';
import { SERVICE_NAME, serviceLogger } from './logger.ts';
import type { MachineContext } from './machine-context.ts';
import { connectControl, startMachines } from './machines.ts';
import { type ObjectStorage, openObjectStorage } from './object-storage.ts';
import { runMetrics } from './run-metrics.ts';
import { startRuns } from './runs.ts';
import { openStandingRights } from './standing-rights.ts';
import { migrations, rewrittenAfter } from './store/migrations/index.ts';
import type { Schema } from './store/schema.ts';
import { unitsOfWork } from './store/unit-of-work.ts';
import { keepHeadroom } from './timers/headroom.ts';
import { createWatchHub, type WatchHubLimits } from './watch-hub.ts';

/** The running service. */
export interface InvocationServer extends AsyncDisposable {
  /** `host:port` with the real port. */
  readonly address: string;
}

/** Stand-ins for the doors to the outside. */
export interface Overrides extends Partial<Peers> {
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly objectStorage?: ObjectStorage;
  /** How far watchers may fall behind. */
  readonly watching?: WatchHubLimits;
}

/** Starts everything that the service is made of, in order; disposing the result stops it in reverse. */
export async function createServer(config: Config, overrides: Overrides = {}): Promise<InvocationServer> {
  await using starting = new AsyncDisposableStack();
  const { logger = serviceLogger(config.logLevel), clock = { now: Date.now } } = overrides;
  const { dataDir, region } = config;
  const file = join(dataDir, 'invocation.db');
  const vault = await vaultOf(file, config.masterKeyFile);
  const db = await openStore<Schema>({ file, migrations: migrations(vault), rewrittenAfter });
  starting.defer(() => db.destroy());
  await requireSameVault(db, vault, config.masterKeyFile);
  const store = starting.use(watchStore(db, { logger }));
  const {
    authorizer,
    commandLibrary: library,
    delegations,
    iamServes,
  } = await connectPeers({ config, logger }, overrides, starting);
  const { natsUrl: url, natsCreds: credsFile, natsCa: caFile, allowPlaintext } = config;
  const access = { url, caFile, allowPlaintext, logger };
  const bus = starting.use(
    await serviceBusInBackground({ ...access, ...floodgate(logger), name: SERVICE_NAME, credsFile }),
  );
  const control = starting.use(await connectControl({ ...config, db, clock, logger }));
  const metrics = starting.use(await openMetrics(config, logger));
  const count = runMetrics(metrics);
  const headroom = starting.use(keepHeadroom(config));
  const hub = createWatchHub(overrides.watching);
  let invokers: Invokers | undefined;
  const write = unitsOfWork(db, {
    announce: eventOf,
    committed(changes) {
      count(changes);
      hub.tell(changes);
      invokers?.committed(changes);
      // output is no event; everything else may be one
      if (changes.length === 0 || changes.some((change) => change.kind !== 'output')) relay.kick();
    },
  });
  const relay = starting.use(
    startOutboxRelay(db, ({ subject, payload, messageId }) => bus.publishEvent(subject, payload, messageId), {
      onError: (error) => logger.warn({ err: error }, 'events wait for the bus'),
      remove: (seq) => write(({ trx }) => removeFromOutbox(trx, seq)),
    }),
  );

  const common = { db, write, clock, logger, region, bus, vault };
  const changes = starting.use(permissionFeed(bus));
  const standing = starting.use(openStandingRights({ ...common, authorizer, delegations, changes }));
  const runs = starting.use(
    await startRuns({
      ...common,
      written: write.settled,
      tasksPerSecond: (account) => config.tasksPerSecond * headroom.shareOf(account),
      standing,
      dataDir,
      library,
      objectStorage: overrides.objectStorage ?? (await openObjectStorage(config, { clock, logger })),
      hub,
      rules: deliveryRules(config),
      retention: retentionRules(config),
    }),
  );
  invokers = starting.use(startInvokers({ ...runs.context, authorizer, delegations }));
  const machines: MachineContext = {
    ...common,
    tenants: control.tenants,
    library,
    registerCodeQuota: config.registerCodeQuota,
    busServers: (config.agentNatsUrl || config.natsUrl).split(','),
    taskKeys: runs.context.signer,
  };
  starting.use(await startMachines({ ...config, ...machines, bus, control: control.bus, hooks: runs.hooks }));
  const server = starting.use(
    await startRpcServer({
      listen: config.listen,
      security: config,
      reflection: config.reflection,
      services: [
        bind(InvocationService, invocationHandlers(runs.context)),
        bind(InvokerService, invokerHandlers(invokers.context)),
        bind(InvocationInternalService, internalHandlers(runs.context)),
        bind(InstanceService, instanceHandlers(machines)),
        bind(EnrollmentService, enrollmentHandlers(machines)),
      ],
      guard: {
        authorizer,
        region,
        serviceKeys: await loadServiceKeys(config.serviceKeysDir),
        changes,
        limiter: new RateLimiter(config, { shareOf: headroom.shareOf }),
      },
      observe: metrics.calls,
      logger,
    }),
  );
  starting.use(
    keepHealthTrue(server.health, {
      services: [InvocationService, InvokerService, InvocationInternalService, InstanceService, EnrollmentService],
      logger,
      dependencies: [
        { name: 'the store', check: () => store.writable },
        { name: 'iam-svc', check: iamServes },
        // runs are accepted without it and delivered later; machines are not reached
        {
          name: 'the bus',
          check: () => bus.connected && control.bus.connected,
          neededBy: [InstanceService, EnrollmentService],
        },
      ],
    }),
  );
  // watchers are let go first: the server waits for calls under way
  starting.use(hub);
  const running = starting.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function deliveryRules(config: Config): DeliveryRules {
  return {
    windowMs: config.deliveryWindowSeconds * 1_000,
    deadlineMs: config.deliveryDeadlineSeconds * 1_000,
    graceMs: config.runGraceSeconds * 1_000,
    catchUpMs: config.runCatchUpSeconds * 1_000,
    outputLimit: config.outputLimitBytes,
    backlog: { ofAccount: config.backlogOfAccount, inAll: config.backlogInAll },
  };
}

function retentionRules({ outputRetentionDays, outputMaxTotalBytes }: Config): RetentionRules {
  return {
    maxAgeMs: outputRetentionDays === 0 ? undefined : outputRetentionDays * 86_400_000,
    maxTotalBytes: outputMaxTotalBytes,
  };
}
