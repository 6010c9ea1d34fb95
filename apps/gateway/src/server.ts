import { createConnectRouter } from '@connectrpc/connect';
import { compressionBrotli, compressionGzip } from '@connectrpc/connect-node';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '@muster/contract';
import { openMetrics } from '@muster/metrics';
import {
  createServiceClient,
  type GrpcTransport,
  grpcTransport,
  listenerCertificates,
  loadServiceIdentity,
  peerCertificates,
  peerCredentials,
  type ServiceIdentity,
} from '@muster/rpc';
import { createLogger, type Logger } from '@muster/telemetry';
import { agentFiles } from './agent-files.ts';
import type { UpstreamService } from './ask-upstream.ts';
import { cloudApi } from './cloud-api/door.ts';
import type { Config } from './config.ts';
import { countCalls, countHandshakes, countRequests } from './count-calls.ts';
import { forwardService } from './forward.ts';
import { methods } from './methods.ts';
import { openPort, PATIENCE, type Patience } from './one-port.ts';
import { pages, type Readiness } from './pages.ts';
import { DISPENSABLE, PUBLIC_SERVICES, UPSTREAMS, type Upstream } from './public-services.ts';
import { loadSite } from './site.ts';
import { doorAt } from './terminal/ask-door.ts';
import { openTerminals } from './terminal/door.ts';
import { originRule } from './terminal/origins.ts';
import { Turnstile } from './turnstile.ts';

const NAME = 'gateway';
const MAX_REQUEST_BYTES = 4 << 20;
const READINESS_MS = 1_000;

/** The running gateway. */
export interface Gateway extends AsyncDisposable {
  /** `https://host:port`, or `http:` without TLS, with the real port. */
  readonly url: string;
  /** `host:port` of the metrics; undefined without a listener for them. */
  readonly metricsAddress: string | undefined;
}

/** Stand-ins for tests. */
export interface Overrides {
  readonly identity?: ServiceIdentity;
  readonly logger?: Logger;
  readonly patience?: Patience;
}

/** Opens the one port that browsers, the CLI and gRPC clients use; disposing closes it and lets calls under way finish. */
export async function startGateway(config: Config, overrides: Overrides = {}): Promise<Gateway> {
  await using starting = new AsyncDisposableStack();
  const logger = overrides.logger ?? createLogger(NAME, config.logLevel);
  const identity = overrides.identity ?? (await loadServiceIdentity(NAME, config.serviceKey));
  const site = config.consoleDir === '' ? undefined : await loadSite(config.consoleDir);

  const certificates = listenerCertificates(config.listen, config, logger);
  const open = (address: string) => grpcTransport({ address, credentials: peerCredentials(address, config, logger) });
  const transports: Record<Upstream, GrpcTransport> = {
    iam: open(config.iamAddress),
    command: open(config.commandAddress),
    invocation: open(config.invocationAddress),
    session: open(config.sessionAddress),
  };
  starting.defer(() => {
    for (const transport of Object.values(transports)) transport.close();
  });

  const callMs = config.callSeconds * 1_000;
  const upstreams = forEachUpstream(
    (name): UpstreamService => ({
      transport: transports[name],
      identity,
      callMs,
      calls: new Turnstile(config.callsUnderWay, `calls to ${name}-svc`),
    }),
  );
  const stopping = new AbortController();
  const metrics = starting.use(await openMetrics(config, logger));
  const router = createConnectRouter({
    interceptors: [countCalls(metrics.calls)],
    readMaxBytes: MAX_REQUEST_BYTES,
    acceptCompression: [compressionGzip, compressionBrotli],
  });
  const streams = forEachUpstream((name) => new Turnstile(config.openStreams, `streams from ${name}-svc`));
  for (const { service, upstream: name } of PUBLIC_SERVICES) {
    const options = { ...upstreams[name], streams: streams[name], logger, stopping: stopping.signal };
    router.service(service, forwardService(service, options));
  }
  const installer = config.agentDir === '' ? undefined : agentFiles(config.agentDir);
  const fallback = pages({ site, installer, readiness: () => readiness(transports) });
  const api = cloudApi({ ...config, upstreams, logger, observe: countRequests(metrics) });
  const handler = methods({ router, api, fallback, logger });
  const { patience = PATIENCE } = overrides;
  const toDoor = peerCertificates(config.terminalAddress, config, logger);
  // its files are read again while somebody listens
  const renewed = () => {};
  toDoor?.addCaCertificateListener(renewed);
  starting.defer(() => toDoor?.removeCaCertificateListener(renewed));
  const terminals = openTerminals({
    ask: doorAt(config.terminalAddress, toDoor),
    identity,
    mayOpen: originRule({ scheme: certificates ? 'https' : 'http', listed: config.terminalOrigins }),
    terminals: config.terminals,
    publicCallsPerSecond: config.publicCallsPerSecond,
    burstSeconds: config.burstSeconds,
    stallMs: patience.stallMs,
    logger,
    observe: countHandshakes(metrics),
  });
  metrics.gauge('muster_terminals', 'Open terminals', [], async () => [{ labels: {}, value: terminals.open }]);
  const port = starting.use(
    await openPort(config.listen, handler, {
      patience,
      connections: config.connections,
      certificates,
      upgrades: terminals,
    }),
  );
  starting.use(terminals);
  starting.defer(() => stopping.abort());

  logger.info({ address: port.address, console: site !== undefined }, 'serving');
  const running = starting.move();
  return {
    url: `${certificates ? 'https' : 'http'}://${port.address}`,
    metricsAddress: metrics.address,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function readiness(transports: Record<Upstream, GrpcTransport>): Promise<Readiness> {
  const serves = async (name: Upstream): Promise<boolean> => {
    const health = createServiceClient(Health, transports[name], { timeoutMs: READINESS_MS });
    return await health.check({}).then(
      ({ status }) => status === ServingStatus.SERVING,
      () => false,
    );
  };
  const found = await Promise.all(UPSTREAMS.map(async (name) => ({ name, up: await serves(name) })));
  return {
    ready: found.every(({ name, up }) => up || DISPENSABLE.includes(name)),
    services: Object.fromEntries(found.map(({ name, up }) => [name, up])),
  };
}

function forEachUpstream<T>(make: (name: Upstream) => T): Record<Upstream, T> {
  return Object.fromEntries(UPSTREAMS.map((name) => [name, make(name)])) as Record<Upstream, T>;
}
