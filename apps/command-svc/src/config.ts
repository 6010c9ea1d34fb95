import { integer, listenAddress, readSettings, setting, text, type Values } from '@muster/telemetry';

/** The settings of command-svc. */
export const settings = {
  listen: setting(
    'MUSTER_LISTEN',
    listenAddress('127.0.0.1:0'),
    'address to serve gRPC on, host:port; port 0 takes a free one',
  ),
  dataDir: setting('MUSTER_DATA_DIR', text(), "folder of this service's store, command.db"),
  region: setting('MUSTER_REGION', text('ap-guangzhou'), 'region in resource names'),
  logLevel: setting('MUSTER_LOG_LEVEL', text('info'), 'least level that is logged'),
  serviceKey: setting('MUSTER_SERVICE_KEY', text(), "file with this service's private key (PKCS#8 PEM)"),
  serviceKeysDir: setting('MUSTER_SERVICE_KEYS_DIR', text(), "folder with every service's public key, <name>.pub"),
  iamAddress: setting('MUSTER_IAM_ADDRESS', text(), 'where iam-svc serves gRPC, host:port'),
  natsUrl: setting('MUSTER_NATS_URL', text(), 'the bus'),
  natsCreds: setting('MUSTER_NATS_CREDS', text(), "file with this service's credentials on the bus"),
  commandQuota: setting(
    'MUSTER_COMMAND_QUOTA',
    integer({ min: 1, max: 1_000_000, fallback: 500 }),
    'how many commands an account may have',
  ),
};

export type Config = Values<typeof settings>;

/** Reads the environment; throws one Error that lists every fault. */
export function readConfig(): Config {
  return readSettings(settings, process.env);
}
