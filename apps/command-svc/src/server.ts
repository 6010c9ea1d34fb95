import { join } from 'node:path';
import type { Transport } from '@connectrpc/connect';
import { serviceBusInBackground } from '@muster/bus';
import { AuthorizationService, CommandInternalService, CommandService } from '@muster/contract';
import { openStore, type Publish, requireSameVault, startOutboxRelay, vaultOf, watchStore } from '@muster/db';
import type { Clock } from '@muster/kernel';
import { openMetrics } from '@muster/metrics';
import {
  type Authorizer,
  bearer,
  bind,
  grpcTransport,
  isServing,
  keepHealthTrue,
  loadServiceIdentity,
  loadServiceKeys,
  peerCredentials,
  RateLimiter,
  remoteAuthorizer,
  startRpcServer,
} from '@muster/rpc';
import { createLogger, type Logger } from '@muster/telemetry';
import { type CommandUse, remoteCommandUse } from './command-use.ts';
import type { Config } from './config.ts';
import type { CommandContext } from './context.ts';
import { commandHandlers, commandInternalHandlers } from './handlers/index.ts';
import { readLibraryFolder, SHIPPED_LIBRARY } from './library-folder.ts';
import { loadLibrary } from './load-library.ts';
import { CommandReader } from './store/command-store.ts';
import { CommandWriter } from './store/command-writer.ts';
import { SceneReader } from './store/library-store.ts';
import { migrations, rewrittenAfter } from './store/migrations/index.ts';
import type { CommandSchema } from './store/schema.ts';
import { startForgettingClientTokens } from './timers/forget-client-tokens.ts';

const NAME = 'command-svc';

/** The running service. */
export interface CommandServer extends AsyncDisposable {
  /** `host:port` with the real port. */
  readonly address: string;
}

/** Stand-ins for the doors to the outside. */
export interface Overrides {
  readonly authorizer?: Authorizer;
  readonly publish?: Publish;
  readonly commandUse?: CommandUse;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Starts everything that the service is made of, in order; disposing the result stops it in reverse. */
export async function startCommandServer(config: Config, overrides: Overrides = {}): Promise<CommandServer> {
  await using starting = new AsyncDisposableStack();
  const logger = overrides.logger ?? createLogger(NAME, config.logLevel);
  const file = join(config.dataDir, 'command.db');
  const vault = await vaultOf(file, config.masterKeyFile);
  const db = await openStore<CommandSchema>({ file, migrations: migrations(vault), rewrittenAfter });
  starting.defer(() => db.destroy());
  await requireSameVault(db, vault, config.masterKeyFile);
  const store = starting.use(watchStore(db, { logger }));
  const clock = overrides.clock ?? { now: Date.now };
  await loadLibrary({ db, vault }, await readLibraryFolder(config.libraryDir || SHIPPED_LIBRARY), clock.now());
  const iam = overrides.authorizer
    ? undefined
    : await serviceTransport(config.iamAddress, { config, logger }, starting);
  const authorizer = overrides.authorizer ?? remoteAuthorizer(iam!);
  const commandUse =
    overrides.commandUse ??
    remoteCommandUse(await serviceTransport(config.invocationAddress, { config, logger }, starting), logger);
  const publish = overrides.publish ?? (await busPublisher(config, logger, starting));
  const relay = starting.use(
    startOutboxRelay(db, publish, { onError: (error) => logger.warn({ err: error }, 'events wait for the bus') }),
  );
  const context: CommandContext = {
    commands: new CommandReader(db, vault),
    scenes: new SceneReader(db),
    async write(work) {
      const result = await db.transaction().execute((trx) => work(new CommandWriter(trx, vault)));
      relay.kick();
      return result;
    },
    clock,
    region: config.region,
    vault,
    quota: config.commandQuota,
    commandUse,
  };
  starting.use(
    startForgettingClientTokens(db, { clock, onError: (error) => logger.warn({ err: error }, 'client tokens stay') }),
  );
  const metrics = starting.use(await openMetrics(config, logger));
  const server = starting.use(
    await startRpcServer({
      listen: config.listen,
      security: config,
      reflection: config.reflection,
      services: [
        bind(CommandService, commandHandlers(context)),
        bind(CommandInternalService, commandInternalHandlers(context)),
      ],
      guard: {
        authorizer,
        region: config.region,
        serviceKeys: await loadServiceKeys(config.serviceKeysDir),
        limiter: new RateLimiter(config),
      },
      observe: metrics.calls,
      logger,
    }),
  );
  starting.use(
    keepHealthTrue(server.health, {
      services: [CommandService, CommandInternalService],
      logger,
      // not the bus: events wait in the outbox
      dependencies: [
        { name: 'the store', check: () => store.writable },
        ...(iam ? [{ name: 'iam-svc', check: isServing(iam, AuthorizationService) }] : []),
      ],
    }),
  );
  const running = starting.move();
  return { address: server.address, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** A channel to another service, in the name of this one. It connects at the first call, so services start in any order. */
async function serviceTransport(
  address: string,
  { config, logger }: { readonly config: Config; readonly logger: Logger },
  starting: AsyncDisposableStack,
): Promise<Transport> {
  const identity = await loadServiceIdentity(NAME, config.serviceKey);
  const transport = grpcTransport({
    address,
    interceptors: [bearer(() => identity.token())],
    credentials: peerCredentials(address, config, logger),
  });
  starting.defer(() => transport.close());
  return transport;
}

async function busPublisher(config: Config, logger: Logger, starting: AsyncDisposableStack): Promise<Publish> {
  const { natsUrl: url, natsCreds: credsFile, natsCa: caFile, allowPlaintext } = config;
  const access = { url, credsFile, caFile, allowPlaintext };
  const bus = starting.use(await serviceBusInBackground({ ...access, name: NAME, logger }));
  return ({ subject, payload, messageId }) => bus.publishEvent(subject, payload, messageId);
}
