import { isLoopback } from '@muster/kernel';
import { type Bus, type BusOptions, connectBus } from './bus.ts';
import { loadBusIdentity } from './identity.ts';
import { serviceInbox } from './subjects.ts';

/** Where the bus is and who of `libs/bus/src/claims.ts` connects: a service, `control` or `setup`. */
export interface ServiceBusOptions extends Pick<BusOptions, 'admit' | 'logger' | 'caFile' | 'waitForServer'> {
  readonly name: string;
  /** `tls://host:port`, or `nats:` for plaintext. */
  readonly url: string;
  /** The `.creds` file of that name. */
  readonly credsFile: string;
  /** Whether plaintext may leave this machine. */
  readonly allowPlaintext?: boolean;
}

/** Connects one of Muster's own, waiting until the bus is there. Throws an Error for people when the way there is not protected. */
export async function connectServiceBus(options: ServiceBusOptions): Promise<Bus> {
  const { name, url, credsFile, allowPlaintext = false, ...others } = options;
  if (!allowPlaintext && !isProtected(url)) {
    throw new Error(
      `the bus at \`${url}\` would be spoken to in plaintext over a network: give MUSTER_NATS_URL as tls://host:port, with the authority of ` +
        'its certificate in MUSTER_NATS_CA, or set MUSTER_ALLOW_PLAINTEXT=true where something else protects the way',
    );
  }
  const identity = await loadBusIdentity(credsFile);
  return connectBus({ ...others, name, servers: [url], identity: () => identity, inboxPrefix: serviceInbox(name) });
}

function isProtected(url: string): boolean {
  return url.startsWith('tls://') || isLoopback(url.slice(url.indexOf('://') + 3));
}
