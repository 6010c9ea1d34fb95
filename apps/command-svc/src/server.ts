import { join } from 'node:path';
import { connectServiceBus } from '@muster/bus';
import { CommandInternalService, CommandService } from '@muster/contract';
import { openStore, type Publish, startOutboxRelay } from '@muster/db';
import type { Clock } from '@muster/kernel';
import {
  type Authorizer,
  bearer,
  bind,
  grpcTransport,
  loadServiceIdentity,
  loadServiceKeys,
  remoteAuthorizer,
  startRpcServer,
} from '@muster/rpc';
import { createLogger, type Logger } from '@muster/telemetry';
import { makeMasterKeyFile, masterVault } from '@muster/vault';
import type { Config } from './config.ts';
import type { CommandContext } from './context.ts';
import { commandHandlers, commandInternalHandlers } from './handlers/index.ts';
import { CommandReader, CommandWriter } from './store/command-store.ts';
import { migrations } from './store/migrations/index.ts';
import type { CommandSchema } from './store/schema.ts';

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
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Starts everything that the service is made of, in order; disposing the result stops it in reverse. */
export async function startCommandServer(config: Config, overrides: Overrides = {}): Promise<CommandServer> {
  await using starting = new AsyncDisposableStack();
  const logger = overrides.logger ?? createLogger(NAME, config.logLevel);
  await makeMasterKeyFile(config.masterKeyFile);
  const vault = await masterVault(config.masterKeyFile);
  const db = await openStore<CommandSchema>({ file: join(config.dataDir, 'command.db'), migrations });
  starting.defer(() => db.destroy());
  const authorizer = overrides.authorizer ?? (await iamAuthorizer(config, starting));
  const publish = overrides.publish ?? (await busPublisher(config, logger, starting));
  const relay = starting.use(
    startOutboxRelay(db, publish, { onError: (error) => logger.warn({ err: error }, 'events wait for the bus') }),
  );
  const context: CommandContext = {
    commands: new CommandReader(db),
    async write(work) {
      const result = await db.transaction().execute((trx) => work(new CommandWriter(trx)));
      relay.kick();
      return result;
    },
    clock: overrides.clock ?? { now: Date.now },
    region: config.region,
    vault,
    quota: config.commandQuota,
  };
  const { address } = starting.use(
    await startRpcServer({
      listen: config.listen,
      services: [
        bind(CommandService, commandHandlers(context)),
        bind(CommandInternalService, commandInternalHandlers(context)),
      ],
      guard: { authorizer, region: config.region, serviceKeys: await loadServiceKeys(config.serviceKeysDir) },
      logger,
    }),
  );
  const running = starting.move();
  return { address, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function iamAuthorizer(config: Config, starting: AsyncDisposableStack): Promise<Authorizer> {
  const identity = await loadServiceIdentity(NAME, config.serviceKey);
  const transport = grpcTransport({ address: config.iamAddress, interceptors: [bearer(() => identity.token())] });
  starting.defer(() => transport.close());
  return remoteAuthorizer(transport);
}

async function busPublisher(config: Config, logger: Logger, starting: AsyncDisposableStack): Promise<Publish> {
  const { natsUrl: url, natsCreds: credsFile } = config;
  const bus = starting.use(await connectServiceBus({ name: NAME, url, credsFile, logger }));
  return ({ subject, payload, messageId }) => bus.publishEvent(subject, payload, messageId);
}
