import { rateSettings } from '@muster/rpc';
import {
  integer,
  listenAddress,
  listenerSettings,
  logLevel,
  metricsSettings,
  numbersByName,
  origins,
  peerSettings,
  readSettings,
  regionSettings,
  setting,
  stopSettings,
  text,
  type Values,
} from '@muster/telemetry';

/** The settings of the gateway. */
export const settings = {
  listen: setting(
    'MUSTER_LISTEN',
    listenAddress('127.0.0.1:0'),
    'address of the one port for browsers and clients, host:port; port 0 takes a free one',
  ),
  ...stopSettings,
  ...listenerSettings,
  ...metricsSettings,
  ...peerSettings,
  ...regionSettings,
  iamAddress: setting('MUSTER_IAM_ADDRESS', text(), 'where iam-svc serves gRPC, host:port'),
  commandAddress: setting('MUSTER_COMMAND_ADDRESS', text(), 'where command-svc serves gRPC, host:port'),
  invocationAddress: setting('MUSTER_INVOCATION_ADDRESS', text(), 'where invocation-svc serves gRPC, host:port'),
  sessionAddress: setting('MUSTER_SESSION_ADDRESS', text(), 'where session-svc serves gRPC, host:port'),
  terminalAddress: setting(
    'MUSTER_TERMINAL_ADDRESS',
    text(),
    "session-svc's door for terminals (its MUSTER_TERMINAL_LISTEN), host:port",
  ),
  terminalOrigins: setting(
    'MUSTER_TERMINAL_ORIGINS',
    origins(),
    "origins of pages besides the gateway's own that may open terminals, `https://ops.example,http://localhost:5173`; its own are those whose " +
      'scheme, host and port are the ones that the browser asks it by, so behind a proxy that speaks TLS for it name the address of the proxy',
  ),
  terminals: setting(
    'MUSTER_TERMINALS',
    integer({ min: 1, max: 100_000, fallback: 1_000 }),
    'terminals open at the same time; one address gets a quarter of them',
  ),
  serviceKey: setting('MUSTER_SERVICE_KEY', text(), "file with this service's private key (PKCS#8 PEM)"),
  consoleDir: setting('MUSTER_CONSOLE_DIR', text(''), "folder with the console's built files; empty serves no console"),
  agentDir: setting(
    'MUSTER_AGENT_DIR',
    text(''),
    "folder with the agent's installer (`npm run build --workspace @muster/agent`), served below /agent/; empty serves none",
  ),
  callSeconds: setting(
    'MUSTER_CALL_SECONDS',
    integer({ min: 1, max: 3_600, fallback: 60 }),
    'how long a call may take before its caller is told to try again; streams go on',
  ),
  callsUnderWay: setting(
    'MUSTER_CALLS_UNDER_WAY',
    integer({ min: 1, max: 1_000_000, fallback: 1_000 }),
    'calls to one service that may be under way at the same time; more are refused with ServiceUnavailable',
  ),
  openStreams: setting(
    'MUSTER_OPEN_STREAMS',
    integer({ min: 1, max: 1_000_000, fallback: 5_000 }),
    'streams from one service (followed runs, outputs) that may be open at the same time',
  ),
  connections: setting(
    'MUSTER_CONNECTIONS',
    integer({ min: 1, max: 1_000_000, fallback: 10_000 }),
    'connections from clients at the same time; more are closed at once',
  ),
  apiCallsPerSecond: setting(
    'MUSTER_API_CALLS_PER_SECOND',
    integer({ min: 0, max: 1_000_000, fallback: 20 }),
    'calls a second of one action of API 3.0 by one user; more are refused with RequestLimitExceeded. 0 for no limit',
  ),
  apiCallRates: setting(
    'MUSTER_API_CALL_RATES',
    numbersByName('DescribeAutomationAgentStatus=60'),
    'actions with another limit, `RunCommand=5,DescribeRegions=0`',
  ),
  apiBodyMegabytes: setting(
    'MUSTER_API_BODY_MB',
    integer({ min: 16, max: 65_536, fallback: 64 }),
    'memory for bodies of API 3.0 before their signature is known to be good; one address gets a quarter of it',
  ),
  publicCallsPerSecond: rateSettings.publicCallsPerSecond,
  burstSeconds: rateSettings.burstSeconds,
  logLevel: setting('MUSTER_LOG_LEVEL', logLevel(), 'least level that is logged'),
};

export type Config = Values<typeof settings>;

/** Reads the environment; throws `WrongSettings`. */
export function readConfig(): Config {
  return readSettings(settings, process.env);
}
