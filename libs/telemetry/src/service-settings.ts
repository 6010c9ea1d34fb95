import { failPoints } from './fail-points.ts';
import { flag, integer, listenAddress, logLevel, optionalListenAddress, setting, text } from './settings.ts';

/** How a process ends. */
export const stopSettings = {
  stopSeconds: setting(
    'MUSTER_STOP_SECONDS',
    integer({ min: 1, max: 3_600, fallback: 10 }),
    'how long calls under way may take to end once the process is asked to stop (SIGTERM); a second signal ends it at once',
  ),
};

/** How a listener is protected. */
export const listenerSettings = {
  tlsCert: setting(
    'MUSTER_TLS_CERT',
    text(''),
    'file with the certificate that the listener shows, PEM, with those between it and the root; empty for plaintext. Read again every 10 s',
  ),
  tlsKey: setting('MUSTER_TLS_KEY', text(''), 'file with the private key of that certificate, PEM, mode 0600'),
  allowPlaintext: setting(
    'MUSTER_ALLOW_PLAINTEXT',
    flag(),
    'whether this process may speak plaintext with other machines, for one behind a proxy that speaks TLS; without it only loopback does',
  ),
};

/** Where the numbers of a process can be read. */
export const metricsSettings = {
  metricsListen: setting(
    'MUSTER_METRICS_LISTEN',
    optionalListenAddress(),
    'address to serve GET /metrics for Prometheus on, host:port, to whoever can reach it; empty for none',
  ),
};

/** Where the installation is. */
export const regionSettings = {
  region: setting('MUSTER_REGION', text('ap-guangzhou'), 'the region that this installation serves, in resource names'),
};

/** How calls to other services are protected. */
export const peerSettings = {
  peersCa: setting(
    'MUSTER_PEERS_CA',
    text(''),
    'file with the authority of the certificates of the services that this one calls, PEM; with it calls go over TLS',
  ),
  peersCert: setting('MUSTER_PEERS_CERT', text(''), 'file with the certificate that is shown to them, PEM'),
  peersKey: setting('MUSTER_PEERS_KEY', text(''), 'file with the private key of that certificate, PEM, mode 0600'),
};

/** What every service reads, whatever it is for. */
export const serviceSettings = {
  ...stopSettings,
  ...listenerSettings,
  ...metricsSettings,
  tlsClientCa: setting(
    'MUSTER_TLS_CLIENT_CA',
    text(''),
    'file with the authority whose certificate every caller must show (mutual TLS), PEM; empty asks for none',
  ),
  listen: setting(
    'MUSTER_LISTEN',
    listenAddress('127.0.0.1:0'),
    'address to serve gRPC on, host:port; port 0 takes a free one',
  ),
  ...regionSettings,
  logLevel: setting('MUSTER_LOG_LEVEL', logLevel(), 'least level that is logged'),
  serviceKeysDir: setting('MUSTER_SERVICE_KEYS_DIR', text(), "folder with every service's public key, <name>.pub"),
  natsUrl: setting('MUSTER_NATS_URL', text(), 'the bus; `tls://host:port` for TLS'),
  natsCa: setting(
    'MUSTER_NATS_CA',
    text(''),
    "file with the authority of the bus's certificate, PEM; those that Node.js knows when empty",
  ),
  natsCreds: setting('MUSTER_NATS_CREDS', text(), "file with this service's credentials on the bus"),
  reflection: setting(
    'MUSTER_REFLECTION',
    flag(),
    'whether gRPC reflection tells whoever asks, without a credential, which methods and messages there are; for development',
  ),
  failPoints: setting(
    'MUSTER_FAIL_POINTS',
    failPoints(),
    'for tests of crashes: where this process is to fail, and how',
  ),
};

/** What a service reads besides, when it asks iam-svc. */
export const clientSettings = {
  ...peerSettings,
  serviceKey: setting('MUSTER_SERVICE_KEY', text(), "file with this service's private key (PKCS#8 PEM)"),
  iamAddress: setting('MUSTER_IAM_ADDRESS', text(), 'where iam-svc serves gRPC, host:port'),
};
