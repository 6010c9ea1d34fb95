import { integer, readSettings, serviceSettings, setting, text, type Values } from '@muster/telemetry';

/** The settings of iam-svc. */
export const settings = {
  ...serviceSettings,
  dataDir: setting('MUSTER_DATA_DIR', text(), "folder of this service's store, iam.db, and of root-credentials.json"),
  masterKeyFile: setting(
    'MUSTER_MASTER_KEY_FILE',
    text(),
    '32 random bytes that encrypt stored secrets; made at first start, mode 0600; keep a copy apart from the store',
  ),
  rootUin: setting(
    'MUSTER_ROOT_UIN',
    integer({ min: 1, max: 999_999_999_999_999, fallback: 100_000_000_001 }),
    'uin of the root account that the first start makes',
  ),
  appId: setting(
    'MUSTER_APP_ID',
    integer({ min: 1, max: 999_999_999_999_999, fallback: 1_250_000_000 }),
    'appid of that account',
  ),
  exchangeSeconds: setting(
    'MUSTER_EXCHANGE_TOKEN_SECONDS',
    integer({ min: 60, max: 43_200, fallback: 3_600 }),
    'how long a token got for an access key lives',
  ),
  consoleSeconds: setting(
    'MUSTER_CONSOLE_TOKEN_SECONDS',
    integer({ min: 60, max: 86_400, fallback: 28_800 }),
    'how long a console login lasts',
  ),
};

export type Config = Values<typeof settings>;

/** Reads the environment; throws one Error that lists every fault. */
export function readConfig(): Config {
  return readSettings(settings, process.env);
}
