import { failPoints } from './fail-points.ts';
import { listenAddress, setting, text } from './settings.ts';

/** What every service reads, whatever it is for. */
export const serviceSettings = {
  listen: setting(
    'MUSTER_LISTEN',
    listenAddress('127.0.0.1:0'),
    'address to serve gRPC on, host:port; port 0 takes a free one',
  ),
  region: setting('MUSTER_REGION', text('ap-guangzhou'), 'the region that this installation serves, in resource names'),
  logLevel: setting('MUSTER_LOG_LEVEL', text('info'), 'least level that is logged'),
  serviceKeysDir: setting('MUSTER_SERVICE_KEYS_DIR', text(), "folder with every service's public key, <name>.pub"),
  natsUrl: setting('MUSTER_NATS_URL', text(), 'the bus'),
  natsCreds: setting('MUSTER_NATS_CREDS', text(), "file with this service's credentials on the bus"),
  failPoints: setting(
    'MUSTER_FAIL_POINTS',
    failPoints(),
    'for tests of crashes: where this process is to fail, and how',
  ),
};

/** What a service reads besides, when it asks iam-svc. */
export const clientSettings = {
  serviceKey: setting('MUSTER_SERVICE_KEY', text(), "file with this service's private key (PKCS#8 PEM)"),
  iamAddress: setting('MUSTER_IAM_ADDRESS', text(), 'where iam-svc serves gRPC, host:port'),
};
