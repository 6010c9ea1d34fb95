import { AuthorizationService } from '@muster/contract';
import {
  type Authorizer,
  bearer,
  grpcTransport,
  isServing,
  loadServiceIdentity,
  peerCredentials,
  remoteAuthorizer,
  type ServiceIdentity,
} from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import { type CommandLibrary, remoteCommandLibrary } from './command-library.ts';
import type { Config } from './config.ts';
import { type Delegations, remoteDelegations } from './delegations.ts';
import { SERVICE_NAME } from './logger.ts';

/** The services that this one asks. */
export interface Peers {
  readonly authorizer: Authorizer;
  readonly commandLibrary: CommandLibrary;
  readonly delegations: Delegations;
  /** Whether iam-svc takes calls now. */
  readonly iamServes: () => boolean | Promise<boolean>;
}

/** Opens channels to the peers that are not stood in for; `owner` closes them. */
export async function connectPeers(
  { config, logger }: { readonly config: Config; readonly logger: Logger },
  given: Partial<Peers>,
  owner: AsyncDisposableStack,
): Promise<Peers> {
  let identity: Promise<ServiceIdentity> | undefined;
  const open = async (address: string) => {
    identity ??= loadServiceIdentity(SERVICE_NAME, config.serviceKey);
    const { token } = await identity;
    const credentials = peerCredentials(address, config, logger);
    const transport = grpcTransport({ address, interceptors: [bearer(token)], credentials });
    owner.defer(() => transport.close());
    return transport;
  };
  let iam: ReturnType<typeof open> | undefined;
  const toIam = () => {
    iam ??= open(config.iamAddress);
    return iam;
  };
  return {
    authorizer: given.authorizer ?? remoteAuthorizer(await toIam()),
    delegations: given.delegations ?? remoteDelegations(await toIam()),
    // who stands in for it is there
    iamServes: given.iamServes ?? (given.authorizer ? () => true : isServing(await toIam(), AuthorizationService)),
    commandLibrary: given.commandLibrary ?? remoteCommandLibrary(await open(config.commandAddress)),
  };
}
