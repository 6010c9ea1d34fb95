import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bus, connectBus, keyOf, loadBusIdentity, subjects } from '@muster/bus';
import type { Clock } from '@muster/kernel';
import {
  type Authorizer,
  bearer,
  grpcTransport,
  loadServiceIdentity,
  remoteAuthorizer,
  type ServiceIdentity,
} from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { Kysely } from 'kysely';
import { type CommandLibrary, remoteCommandLibrary } from './command-library.ts';
import type { Config } from './config.ts';
import { SERVICE_NAME } from './logger.ts';
import type { Schema } from './store/schema.ts';
import { openTenants, type Tenants } from './tenants.ts';

/** The services that this one asks. */
export interface Peers {
  readonly authorizer: Authorizer;
  readonly commandLibrary: CommandLibrary;
}

/** Opens channels to the peers that are not stood in for; `owner` closes them. */
export async function connectPeers(config: Config, given: Partial<Peers>, owner: AsyncDisposableStack): Promise<Peers> {
  let identity: Promise<ServiceIdentity> | undefined;
  const open = async (address: string) => {
    identity ??= loadServiceIdentity(SERVICE_NAME, config.serviceKey);
    const { token } = await identity;
    const transport = grpcTransport({ address, interceptors: [bearer(token)] });
    owner.defer(() => transport.close());
    return transport;
  };
  return {
    authorizer: given.authorizer ?? remoteAuthorizer(await open(config.iamAddress)),
    commandLibrary: given.commandLibrary ?? remoteCommandLibrary(await open(config.commandAddress)),
  };
}

/** This service's connection to the services' account, and the one to the bus's system account. */
export interface BusConnections {
  readonly bus: Bus;
  readonly control: Bus;
}

/** Connects to the bus, waiting until it is there; `owner` closes the connections. */
export async function connectToBus(
  config: Config,
  { logger, onReconnect }: { logger: Logger; onReconnect: () => void },
  owner: AsyncDisposableStack,
): Promise<BusConnections> {
  const open = async (credsFile: string, inboxName: string, extra: { onReconnect?: () => void } = {}) => {
    const identity = await loadBusIdentity(credsFile);
    const inboxPrefix = subjects.serviceInbox(inboxName);
    const servers = [config.natsUrl];
    return owner.use(
      await connectBus({ servers, identity: () => identity, name: SERVICE_NAME, inboxPrefix, logger, ...extra }),
    );
  };
  return {
    bus: await open(config.natsCreds, SERVICE_NAME),
    control: await open(config.natsControlCreds, 'control', { onReconnect }),
  };
}

/** The tenants of this installation; their keys are in the data directory. */
export async function openInstallationTenants(
  config: Config,
  parts: { db: Kysely<Schema>; control: Bus; clock: Clock; logger: Logger },
): Promise<Tenants> {
  const seed = (await readFile(config.natsOperatorSigningSeed, 'utf8')).trim();
  return openTenants({
    ...parts,
    directory: join(config.dataDir, 'tenants'),
    operatorSigning: keyOf(seed),
    servicesAccount: config.natsServicesAccount,
  });
}
