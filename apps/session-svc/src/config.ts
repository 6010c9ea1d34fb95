import { rateSettings } from '@muster/rpc';
import {
  clientSettings,
  flag,
  integer,
  listenAddress,
  readSettings,
  serviceSettings,
  setting,
  text,
  type Values,
} from '@muster/telemetry';

/** The settings of session-svc. */
export const settings = {
  ...serviceSettings,
  ...clientSettings,
  ...rateSettings,
  dataDir: setting('MUSTER_DATA_DIR', text(), "folder of this service's store with all recordings, session.db"),
  masterKeyFile: setting(
    'MUSTER_MASTER_KEY_FILE',
    text(),
    '32 random bytes that encrypt the keys of open sessions; made at first start, mode 0600; keep a copy apart from the store',
  ),
  invocationAddress: setting('MUSTER_INVOCATION_ADDRESS', text(), 'where invocation-svc serves gRPC, host:port'),
  terminalListen: setting(
    'MUSTER_TERMINAL_LISTEN',
    listenAddress('127.0.0.1:0'),
    'address of the door for terminals, which only the gateway may use, host:port; port 0 takes a free one',
  ),
  forwardPorts: setting(
    'MUSTER_FORWARD_PORTS',
    flag(),
    'whether sessions may forward ports at all, where a policy allows it',
  ),
  sessionsOfInstance: setting(
    'MUSTER_SESSIONS_OF_INSTANCE',
    integer({ min: 1, max: 1_000, fallback: 10 }),
    'how many sessions may be open on one instance',
  ),
  sessionsOfAccount: setting(
    'MUSTER_SESSIONS_OF_ACCOUNT',
    integer({ min: 1, max: 100_000, fallback: 200 }),
    'how many sessions an account may have open',
  ),
  sessionsOfPrincipal: setting(
    'MUSTER_SESSIONS_OF_PRINCIPAL',
    integer({ min: 1, max: 10_000, fallback: 20 }),
    'how many sessions one principal may have open',
  ),
  sessionOpenings: setting(
    'MUSTER_SESSION_OPENINGS',
    integer({ min: 1, max: 10_000, fallback: 10 }),
    'how many shells one principal may open in a minute',
  ),
};

export type Config = Values<typeof settings>;

/** Reads the environment; throws `WrongSettings`. */
export function readConfig(): Config {
  return readSettings(settings, process.env);
}
