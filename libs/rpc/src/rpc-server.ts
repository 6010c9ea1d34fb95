import type { DescService } from '@bufbuild/protobuf';
import type { ServiceImpl } from '@connectrpc/connect';
import { Server } from '@grpc/grpc-js';
import { Health, ServerReflection } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import type { GuardOptions } from './guard.ts';
import { HealthState } from './health.ts';
import { type CallObserver, mount } from './mount.ts';
import { reflection } from './reflection.ts';
import { type ListenerSecurity, listenerCertificates, serverCredentials } from './security.ts';

/** One service and its handlers, one per method; `tsc` names a missing one. */
export interface ServiceBinding {
  readonly service: DescService;
  readonly handlers: Partial<ServiceImpl<DescService>>;
}

/** Pairs a service with all of its handlers. */
export function bind<S extends DescService>(service: S, handlers: ServiceImpl<S>): ServiceBinding {
  return { service, handlers: handlers as Partial<ServiceImpl<DescService>> };
}

/** What a gRPC server is made of. */
export interface RpcServerOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string;
  /** Plaintext, on loopback only, when absent. */
  readonly security?: ListenerSecurity;
  readonly services: readonly ServiceBinding[];
  /** Whether the server tells anybody, without a credential, which methods it has; no when absent. */
  readonly reflection?: boolean;
  readonly guard: GuardOptions;
  /** Hears of every call of these services. */
  readonly observe?: CallObserver;
  readonly logger: Logger;
}

/** A running gRPC server with health. */
export interface RpcServer extends AsyncDisposable {
  /** `host:port` with the real port. */
  readonly address: string;
  readonly health: HealthState;
}

/** Time that calls under way get to finish when the server stops. */
const DRAIN_MS = 5_000;

const LOOPBACK_ONLY: ListenerSecurity = { tlsCert: '', tlsKey: '', allowPlaintext: false };

/** Starts serving. The server says NOT_SERVING as soon as it is asked to stop, lets go of streams, then lets calls finish. */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { listen, security = LOOPBACK_ONLY, services, guard, logger } = options;
  const credentials = serverCredentials(listenerCertificates(listen, security, logger));
  const server = new Server({
    'grpc.max_receive_message_length': 4 << 20,
    'grpc.max_send_message_length': 16 << 20,
    'grpc.enable_channelz': 0,
  });
  const health = new HealthState();
  const stopping = new AbortController();
  const common = { logger, stopping: stopping.signal };
  for (const { service, handlers } of services) {
    mount(server, service, handlers, { ...common, guard, observe: options.observe });
    health.set(service.typeName, true);
  }
  mount(server, Health, health.handlers, common);
  if (options.reflection) {
    const described = [...services.map((each) => each.service), Health, ServerReflection];
    mount(server, ServerReflection, reflection(described), common);
  }

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(listen, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  health.set('', true);
  const address = `${listen.slice(0, listen.lastIndexOf(':'))}:${port}`;
  logger.info({ address }, 'serving gRPC');

  return {
    address,
    health,
    async [Symbol.asyncDispose]() {
      health.set('', false);
      for (const { service } of services) health.set(service.typeName, false);
      // whoever watches health hears that first
      await new Promise(setImmediate);
      stopping.abort();
      const force = setTimeout(() => server.forceShutdown(), DRAIN_MS);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(force);
    },
  };
}
