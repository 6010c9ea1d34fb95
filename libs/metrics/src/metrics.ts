import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type CallObserver, type ListenerSecurity, listenerCertificates } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** From what answers at once to what has kept somebody waiting, in seconds. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SCRAPE_MS = 10_000;

/** Where the numbers of a process can be read. */
export interface MetricsSettings extends ListenerSecurity {
  /** `host:port` of the listener; empty for none. */
  readonly metricsListen: string;
}

/** The numbers of one process, in the format of Prometheus. */
export interface Metrics extends AsyncDisposable {
  /** `host:port` with the real port; undefined without a listener. */
  readonly address: string | undefined;
  /** Counts the calls that a server answers. */
  readonly calls: CallObserver;
  /** A number that only grows, by its name (`muster_…_total`) and its labels. */
  counter<L extends string>(name: string, help: string, labels: readonly L[]): Counter<L>;
  /** Numbers that are looked up when somebody reads them. */
  gauge<L extends string>(name: string, help: string, labels: readonly L[], read: ReadGauge<L>): void;
}

/** The values of a gauge at this moment, one for each combination of labels. */
export type ReadGauge<L extends string> = () => Promise<readonly { labels: Record<L, string>; value: number }[]>;

/**
 * Counts from now on, and serves `GET /metrics` where the settings say so: over TLS with the certificate of the process, in plaintext on
 * loopback only unless that was allowed. Nobody has to log in to read them; they name methods and codes, never accounts or callers.
 */
export async function openMetrics(settings: MetricsSettings, logger: Logger): Promise<Metrics> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const calls = new Counter({
    ...{ name: 'muster_calls_total', help: 'Calls that were answered, by method and gRPC status', registers },
    labelNames: ['method', 'code'],
  });
  const seconds = new Histogram({
    ...{ name: 'muster_call_seconds', help: 'How long calls with one answer took', registers, buckets: BUCKETS },
    labelNames: ['method'],
  });
  const listener = settings.metricsListen === '' ? undefined : await listen(settings, registry, logger);
  return {
    address: listener?.address,
    calls({ method, code, ms }) {
      calls.inc({ method: method.name, code });
      if (method.methodKind === 'unary') seconds.observe({ method: method.name }, ms / 1_000);
    },
    counter: (name, help, labels) => new Counter({ name, help, labelNames: labels, registers }),
    gauge(name, help, labels, read) {
      const gauge = new Gauge({
        ...{ name, help, labelNames: labels, registers },
        async collect() {
          const values = await read();
          gauge.reset();
          for (const { labels: of, value } of values) gauge.set(of, value);
        },
      });
    },
    async [Symbol.asyncDispose]() {
      await listener?.[Symbol.asyncDispose]();
      registry.clear();
    },
  };
}

async function listen(
  settings: MetricsSettings,
  registry: Registry,
  logger: Logger,
): Promise<AsyncDisposable & { readonly address: string }> {
  const { metricsListen, tlsCert, tlsKey, allowPlaintext } = settings;
  const certificates = listenerCertificates(
    metricsListen,
    { tlsCert, tlsKey, allowPlaintext },
    logger,
    'MUSTER_METRICS_LISTEN',
  );
  const answer: RequestListener = (request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    if (request.method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end();
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => {
        logger.error({ err: error }, 'the metrics could not be read');
        response.writeHead(500).end();
      },
    );
  };
  const patience = { headersTimeout: SCRAPE_MS, requestTimeout: SCRAPE_MS };
  const { cert, key } = certificates?.current ?? {};
  const server = cert && key ? createHttpsServer({ ...patience, cert, key }, answer) : createServer(patience, answer);
  const colon = metricsListen.lastIndexOf(':');
  const host = metricsListen.slice(0, colon);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: host.replace(/^\[|\]$/g, ''), port: Number(metricsListen.slice(colon + 1)) }, resolve);
  });
  const address = `${host}:${(server.address() as AddressInfo).port}`;
  logger.info({ address }, 'serving metrics');
  return {
    address,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
