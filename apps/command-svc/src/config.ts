import { clientSettings, integer, readSettings, serviceSettings, setting, text, type Values } from '@muster/telemetry';

/** The settings of command-svc. */
export const settings = {
  ...serviceSettings,
  ...clientSettings,
  dataDir: setting('MUSTER_DATA_DIR', text(), "folder of this service's store, command.db"),
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
