import { join } from 'node:path';
import { permissionFeed, serviceBusInBackground } from '@muster/bus';
import { AuthorizationService, SessionService } from '@muster/contract';
import { openStore, requireSameVault, startOutboxRelay, vaultOf, watchStore } from '@muster/db';
import type { Clock } from '@muster/kernel';
import { openMetrics } from '@muster/metrics';
import {
  type Authorizer,
  bind,
  isServing,
  keepHealthTrue,
  loadServiceKeys,
  RateLimiter,
  startRpcServer,
} from '@muster/rpc';
import { createLogger, type Logger } from '@muster/telemetry';
import type { Config } from './config.ts';
import { hearMachines } from './consumers/session-reports.ts';
import type { SessionContext } from './context.ts';
import { sessionHandlers } from './handlers/index.ts';
import { type Machines, remoteMachines } from './machines.ts';
import { openPeers, SERVICE_NAME } from './peers.ts';
import { startIndexThread } from './recording/index-thread.ts';
import { startRecorders } from './recording/recorders.ts';
import { LiveRelays } from './relay/live-relays.ts';
import type { Recorders } from './relay/recorder.ts';
import { type SessionGate, sessionGate } from './session-gate.ts';
import { migrations } from './store/migrations/index.ts';
import type { SessionSchema } from './store/schema.ts';
import { openTerminalDoor } from './terminal-door.ts';
import { startExpiringRecordings } from './timers/expire-recordings.ts';
import { startForgettingUnused } from './timers/forget-unused.ts';
import { startSealingRecordings } from './timers/seal-recordings.ts';

/** The running service. */
export interface SessionServer extends AsyncDisposable {
  /** `host:port` of the calls, with the real port. */
  readonly address: string;
  /** `host:port` of the door for terminals. */
  readonly terminalAddress: string;
}

/** Stand-ins for the doors to the outside. */
export interface Overrides {
  readonly authorizer?: Authorizer;
  readonly machines?: Machines;
  readonly gate?: SessionGate;
  readonly recorders?: Recorders;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Starts everything that the service is made of, in order; disposing the result stops it in reverse. */
export async function startSessionServer(config: Config, overrides: Overrides = {}): Promise<SessionServer> {
  await using starting = new AsyncDisposableStack();
  const { logger = createLogger(SERVICE_NAME, config.logLevel), clock = { now: Date.now } } = overrides;
  const file = join(config.dataDir, 'session.db');
  const vault = await vaultOf(file, config.masterKeyFile);
  const db = await openStore<SessionSchema>({ file, migrations });
  starting.defer(() => db.destroy());
  await requireSameVault(db, vault, config.masterKeyFile);
  const store = starting.use(watchStore(db, { logger }));
  const peers = await openPeers({ config, logger }, starting);
  const authorizer = overrides.authorizer ?? peers.authorizer;
  const { natsUrl: url, natsCreds: credsFile, natsCa: caFile, allowPlaintext } = config;
  const bus = starting.use(
    await serviceBusInBackground({ url, credsFile, caFile, allowPlaintext, name: SERVICE_NAME, logger }),
  );
  starting.use(
    startOutboxRelay(db, ({ subject, payload, messageId }) => bus.publishEvent(subject, payload, messageId), {
      onError: (error) => logger.warn({ err: error }, 'events wait for the bus'),
    }),
  );
  const changes = starting.use(permissionFeed(bus));
  const shared = {
    ...{ db, clock, logger, vault, authorizer, region: config.region },
    machines: overrides.machines ?? remoteMachines(peers.invocation),
  };
  const recorders = overrides.recorders ?? starting.use(startRecorders(shared));
  starting.use(
    startSealingRecordings(db, {
      recorders,
      onError: (error, sessionId) => logger.error({ err: error, sessionId }, 'a recording could not be sealed'),
    }),
  );
  starting.use(
    startExpiringRecordings(db, { clock, onError: (error) => logger.warn({ err: error }, 'old recordings stay') }),
  );
  const relays = starting.use(await LiveRelays.start({ ...shared, bus, recorders, changes }));
  starting.use(hearMachines(bus, relays));
  const context: SessionContext = {
    ...shared,
    relays,
    indexer: starting.use(startIndexThread(file, logger)),
    limits: {
      instance: config.sessionsOfInstance,
      account: config.sessionsOfAccount,
      principal: config.sessionsOfPrincipal,
      openings: config.sessionOpenings,
    },
    gate: overrides.gate ?? sessionGate,
    forwardPorts: config.forwardPorts,
  };
  starting.use(
    startForgettingUnused(db, { clock, onError: (error) => logger.warn({ err: error }, 'unused sessions stay') }),
  );
  const serviceKeys = await loadServiceKeys(config.serviceKeysDir);
  const metrics = starting.use(await openMetrics(config, logger));
  metrics.gauge('muster_sessions', 'Live sessions', ['state'], async () =>
    [...relays.count()].map(([state, value]) => ({ labels: { state }, value })),
  );
  const server = starting.use(
    await startRpcServer({
      listen: config.listen,
      security: config,
      reflection: config.reflection,
      services: [bind(SessionService, sessionHandlers(context))],
      guard: {
        authorizer,
        region: config.region,
        serviceKeys,
        changes,
        limiter: new RateLimiter(config),
      },
      observe: metrics.calls,
      logger,
    }),
  );
  starting.use(
    keepHealthTrue(server.health, {
      services: [SessionService],
      logger,
      dependencies: [
        { name: 'the store', check: () => store.writable },
        { name: 'the bus', check: () => bus.connected },
        { name: 'iam-svc', check: isServing(peers.iam, AuthorizationService) },
      ],
    }),
  );
  const { terminalListen: listen } = config;
  const door = starting.use(
    await openTerminalDoor({
      ...{ listen, security: config, serviceKeys, logger },
      hello: (socket, hello) => relays.hello(socket, hello),
    }),
  );
  const running = starting.move();
  return {
    address: server.address,
    terminalAddress: door.address,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
