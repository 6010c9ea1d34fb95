import { userInfo } from 'node:os';
import { failPoints, flag, integer, logLevel, readSettings, setting, text, type Values } from '@muster/telemetry';
import type { Inherited } from './supervisor/prepare.ts';
import type { VetoFileOptions } from './veto.ts';

/** Without this file nothing is vetoed. */
const VETO_FILE = '/etc/muster-agent/veto.json';

/** The settings of an agent. What it needs to know of the installation is in its data directory, written at registration. */
export const settings = {
  dataDir: setting(
    'MUSTER_AGENT_DATA_DIR',
    text('/var/lib/muster-agent'),
    "folder of this machine's identity and journal; --data-dir wins",
  ),
  prefix: setting(
    'MUSTER_AGENT_PREFIX',
    text('/'),
    'what `install` and `uninstall` take for the root of the file system; --prefix wins',
  ),
  logLevel: setting('MUSTER_LOG_LEVEL', logLevel(), 'least level that is logged'),
  reconnectMaxSeconds: setting(
    'MUSTER_AGENT_RECONNECT_MAX_SECONDS',
    integer({ min: 0, max: 3_600, fallback: 20 }),
    'after a lost connection the agent waits a random time up to this, so that a fleet does not come back all at once',
  ),
  renewRetrySeconds: setting(
    'MUSTER_AGENT_RENEW_RETRY_SECONDS',
    integer({ min: 1, max: 3_600, fallback: 60 }),
    'about how long the agent waits after a renewal of its credentials that failed; up to ten times that when it fails again and again',
  ),
  vetoFile: setting(
    'MUSTER_AGENT_VETO_FILE',
    text(VETO_FILE),
    'what this machine refuses whoever asks (docs/host-veto.md); a file that is named here has to exist',
  ),
  pingSeconds: setting(
    'MUSTER_AGENT_PING_SECONDS',
    integer({ min: 1, max: 600, fallback: 20 }),
    'how often the agent asks the bus whether it is still there; after two questions without an answer it connects anew',
  ),
  killOnStop: setting(
    'MUSTER_AGENT_KILL_ON_STOP',
    flag(),
    'whether stopping the agent also kills running scripts; for throw-away machines',
  ),
  rootStandIn: setting(
    'MUSTER_AGENT_ROOT_STAND_IN',
    flag(),
    "whether an agent that is not root runs root's scripts as its own user, in its home instead of /root; for throw-away machines",
  ),
  concurrency: setting(
    'MUSTER_AGENT_CONCURRENCY',
    integer({ min: 1, max: 1_000, fallback: 10 }),
    'how many scripts run at once; of those that wait the runs take turns',
  ),
  journalMaxTasks: setting(
    'MUSTER_AGENT_JOURNAL_MAX_TASKS',
    integer({ min: 1, max: 1_000_000, fallback: 10_000 }),
    'how many tasks the journal holds that are not over; beyond them new ones are refused with JOURNAL_FULL',
  ),
  journalMaxMb: setting(
    'MUSTER_AGENT_JOURNAL_MAX_MB',
    integer({ min: 1, max: 16_777_216, fallback: 4_096 }),
    'how many megabytes their outputs and results take; beyond them new tasks are refused with JOURNAL_FULL',
  ),
  journalMaxDays: setting(
    'MUSTER_AGENT_JOURNAL_MAX_DAYS',
    integer({ min: 1, max: 3_650, fallback: 30 }),
    'for how many days a result waits for the service to take it; after them it is in the log only',
  ),
  scriptMaxProcesses: setting(
    'MUSTER_AGENT_SCRIPT_MAX_PROCESSES',
    integer({ min: 0, max: 4_194_304, fallback: 0 }),
    'how many processes and threads a script may have at once, where the machine has control groups that root may write; 0 for no limit',
  ),
  scriptMaxMemoryMb: setting(
    'MUSTER_AGENT_SCRIPT_MAX_MEMORY_MB',
    integer({ min: 0, max: 16_777_216, fallback: 0 }),
    'how many megabytes of memory a script may use with all its processes, likewise; 0 for no limit',
  ),
  failPoints: setting(
    'MUSTER_FAIL_POINTS',
    failPoints(),
    'for tests of crashes: where this process is to fail, and how',
  ),
};

export type Config = Values<typeof settings>;

/** Reads the environment; throws `WrongSettings`. */
export function readConfig(): Config {
  return readSettings(settings, process.env);
}

/** The machine's veto file, which nobody but root may be able to change. */
export function vetoFileOptions({ vetoFile: path }: Pick<Config, 'vetoFile'>): VetoFileOptions {
  return { path, mustExist: path !== VETO_FILE, owner: 0 };
}

/** What scripts take over from the agent. */
export function inheritedEnvironment({ rootStandIn }: Pick<Config, 'rootStandIn'>): Inherited {
  const environment = { path: process.env.PATH ?? '', lang: process.env.LANG ?? 'C.UTF-8' };
  if (!rootStandIn || process.getuid?.() === 0) return environment;
  const { username: name, homedir: home } = userInfo();
  return { ...environment, standIn: { name, home } };
}
