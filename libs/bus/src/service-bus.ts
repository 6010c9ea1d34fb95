import { type Bus, type BusOptions, connectBus } from './bus.ts';
import { loadBusIdentity } from './identity.ts';
import { serviceInbox } from './subjects.ts';

/** Where the bus is and who of `libs/bus/src/claims.ts` connects: a service, `control` or `setup`. */
export interface ServiceBusOptions extends Pick<BusOptions, 'logger'> {
  readonly name: string;
  /** `nats://host:port` */
  readonly url: string;
  /** The `.creds` file of that name. */
  readonly credsFile: string;
}

/** Connects one of Muster's own, waiting until the bus is there. */
export async function connectServiceBus({ name, url, credsFile, ...options }: ServiceBusOptions): Promise<Bus> {
  const identity = await loadBusIdentity(credsFile);
  return connectBus({ ...options, name, servers: [url], identity: () => identity, inboxPrefix: serviceInbox(name) });
}
