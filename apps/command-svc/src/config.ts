import { rateSettings } from '@muster/rpc';
import { clientSettings, integer, readSettings, serviceSettings, setting, text, type Values } from '@muster/telemetry';

/** The settings of command-svc. */
export const settings = {
  ...serviceSettings,
  ...clientSettings,
  ...rateSettings,
  dataDir: setting('MUSTER_DATA_DIR', text(), "folder of this service's store, command.db"),
  masterKeyFile: setting(
    'MUSTER_MASTER_KEY_FILE',
    text(),
    '32 random bytes that encrypt hidden values; made at first start, mode 0600; keep a copy apart from the store',
  ),
  invocationAddress: setting('MUSTER_INVOCATION_ADDRESS', text(), 'where invocation-svc serves gRPC, host:port'),
  libraryDir: setting(
    'MUSTER_LIBRARY_DIR',
    text(''),
    'folder of the public library, read at every start; the one that comes with Muster when empty',
  ),
  commandQuota: setting(
    'MUSTER_COMMAND_QUOTA',
    integer({ min: 1, max: 1_000_000, fallback: 500 }),
    'how many commands an account may have',
  ),
};

export type Config = Values<typeof settings>;

/** Reads the environment; throws `WrongSettings`. */
export function readConfig(): Config {
  return readSettings(settings, process.env);
}
