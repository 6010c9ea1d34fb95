import type { Transport } from '@connectrpc/connect';
import {
  type Authorizer,
  bearer,
  grpcTransport,
  loadServiceIdentity,
  peerCredentials,
  remoteAuthorizer,
} from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { Config } from './config.ts';

export const SERVICE_NAME = 'session-svc';

/** The services that this one asks. */
export interface Peers {
  readonly authorizer: Authorizer;
  readonly iam: Transport;
  readonly invocation: Transport;
}

/** Opens channels to them, in the name of this service; they connect at the first call. `owner` closes them. */
export async function openPeers(
  { config, logger }: { readonly config: Config; readonly logger: Logger },
  owner: AsyncDisposableStack,
): Promise<Peers> {
  const { token } = await loadServiceIdentity(SERVICE_NAME, config.serviceKey);
  const open = (address: string) => {
    const credentials = peerCredentials(address, config, logger);
    const transport = grpcTransport({ address, interceptors: [bearer(token)], credentials });
    owner.defer(() => transport.close());
    return transport;
  };
  const iam = open(config.iamAddress);
  return { iam, invocation: open(config.invocationAddress), authorizer: remoteAuthorizer(iam) };
}
