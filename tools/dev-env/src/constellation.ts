import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { NatsServer } from '@muster/testkit';
import { type RootCredentials, readRootCredentials } from './account.ts';
import { ensureAgent, ensureConsole, ensurePrograms, type ProgramName, unpackAgent } from './builds.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { keepNats } from './keep-nats.ts';
import { startMachines } from './machines.ts';
import { choosePorts, type Ports } from './ports.ts';
import { manage, type Program } from './process.ts';
import { ensureServiceKeys } from './service-keys.ts';
import { type ConstellationTls, constellationTls } from './tls.ts';

/** The region of a development installation. */
const REGION = 'ap-guangzhou';
/** The repository. */
export const ROOT = resolve(import.meta.dirname, '..', '..', '..');

type ServiceName = Exclude<ProgramName, 'cli'>;
type Settings = Readonly<Partial<Record<ServiceName | 'agent', Readonly<Record<string, string>>>>>;
/** Where a process finds the bus, of which `bus` is the own `host:port`. */
type RouteToBus = (name: string, bus: string) => Promise<string>;

/** What to boot. */
export interface ConstellationOptions {
  /** Everything is kept here: stores, keys, the bus, each machine. The same folder again finds all as it was. */
  readonly dataDir: string;
  /** How many machines. */
  readonly agents: number;
  /** Gateway on this port, the others on the six after it; free ones when absent. */
  readonly portBase?: number;
  /** How much every process writes to its log; `info` when absent. */
  readonly logLevel?: string;
  /** More environment variables of services, by the service's name, and of all agents. */
  readonly settings?: Settings;
  /** Puts something between the bus and invocation-svc, session-svc, and each machine by its name; they dial `host:port` that it answers. */
  readonly routeToBus?: RouteToBus;
  /** Whether services and agents run from their sources, for who changes a module as it is loaded; as they are shipped when absent. */
  readonly fromSources?: boolean;
  /** Whether everything speaks TLS, with an authority that is made in the data directory; services then ask each other for certificates. */
  readonly tls?: boolean;
  /** Told of every step and of every process that died and was started again. */
  readonly say: (line: string) => void;
}

/** One machine of the constellation. */
export interface Machine {
  readonly instanceId: string;
  readonly name: string;
  readonly pid: number;
  readonly dataDir: string;
}

/** All of Muster on this machine, each part a process of its own. */
export interface Constellation extends AsyncDisposable {
  readonly url: string;
  readonly grpc: {
    readonly command: string;
    readonly invocation: string;
    readonly iam: string;
    readonly session: string;
  };
  readonly natsUrl: string;
  /** With `tls`, the file with the authority that everybody believes. */
  readonly caFile: string | undefined;
  readonly region: string;
  readonly root: RootCredentials;
  readonly rootCredentialsFile: string;
  /** The command line's program. */
  readonly cli: string;
  /** The program of the agents. */
  readonly agent: string;
  readonly machines: readonly Machine[];
  /** Every process by name, for tests that kill one: services, `gateway`, `nats-server` and the machines' names. */
  pids(): Record<string, number>;
  /** Signals one of them, also while it is being started again; false when it does not run at this moment. */
  signal(name: string, signal: NodeJS.Signals): boolean;
}

/** Boots nats-server, iam-svc, command-svc, invocation-svc, session-svc, the gateway and the agents, and keeps them running. */
export async function startConstellation({
  dataDir,
  agents,
  portBase,
  logLevel = 'info',
  settings = {},
  routeToBus = async (_, bus) => bus,
  fromSources = false,
  tls: withTls = false,
  say,
}: ConstellationOptions): Promise<Constellation> {
  await using starting = new AsyncDisposableStack();
  const folder = resolve(dataDir);
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  starting.use(lockDataDir(join(folder, 'dev.pid')));
  const ports = await choosePorts(join(folder, 'ports.json'), portBase);
  const restarted = (name: string, how: string) => say(`${name} ended (${how}); starting it again`);

  const tls = withTls ? constellationTls(folder) : undefined;
  say('starting nats-server');
  const nats = starting.use(await keepNats(folder, { port: ports.nats, tls: tls?.bus }, restarted));
  const { protocol, host } = new URL(nats.current().url);
  const route = async (name: string) => `${protocol}//${await routeToBus(name, host)}`;
  const programFiles = await ensurePrograms(ROOT);
  const agentFiles = ensureAgent(ROOT);
  const sourceOf = (name: ServiceName | 'agent') => join(ROOT, 'apps', name, 'src', 'main.ts');
  const programs = servicePrograms({
    entryOf: (name) => (fromSources ? sourceOf(name) : programFiles[name]),
    agentFiles,
    folder,
    logs,
    logLevel,
    ports,
    nats: nats.current(),
    invocationBus: await route('invocation-svc'),
    sessionBus: await route('session-svc'),
    tls,
    settings,
  });
  const run = async (name: ServiceName) => {
    say(`starting ${name}`);
    return starting.use(await manage(programs[name], restarted));
  };
  const services = [
    await run('iam-svc'),
    ...(await Promise.all([run('command-svc'), run('invocation-svc'), run('session-svc')])),
    await run('gateway'),
  ];
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${ports.gateway}`;
  const rootCredentialsFile = join(folder, 'iam-svc', 'root-credentials.json');
  const root = readRootCredentials(rootCredentialsFile);

  const agent = fromSources ? sourceOf('agent') : unpackAgent(agentFiles, join(folder, 'agent'));
  const machines = await startMachines({
    agent,
    folder,
    logs,
    logLevel,
    url,
    caFile: tls?.caFile,
    root,
    count: agents,
    settings: settings.agent ?? {},
    route,
    say,
    restarted,
    starting,
  });
  const running = starting.move();
  return {
    url,
    grpc: {
      command: `127.0.0.1:${ports.command}`,
      invocation: `127.0.0.1:${ports.invocation}`,
      iam: `127.0.0.1:${ports.iam}`,
      session: `127.0.0.1:${ports.session}`,
    },
    natsUrl: nats.current().url,
    caFile: tls?.caFile,
    region: REGION,
    root,
    rootCredentialsFile,
    cli: programFiles.cli,
    agent,
    get machines() {
      return machines.map(({ managed, name, dataDir: machineDir }) => ({
        instanceId: managed.announced.instanceId!,
        name,
        pid: managed.pid,
        dataDir: machineDir,
      }));
    },
    pids: () => ({
      'nats-server': nats.current().pid,
      ...Object.fromEntries(services.map((service) => [service.name, service.pid])),
      ...Object.fromEntries(machines.map(({ name, managed }) => [name, managed.pid])),
    }),
    signal(name, signal) {
      if (name === 'nats-server') return nats.signal(signal);
      const managed = [...services, ...machines.map((machine) => machine.managed)].find((each) => each.name === name);
      if (!managed) throw new Error(`no process is called ${name}`);
      return managed.signal(signal);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface ServicesOptions {
  /** What a service runs. */
  readonly entryOf: (name: ServiceName) => string;
  /** What new machines install the agent from. */
  readonly agentFiles: string;
  readonly folder: string;
  readonly logs: string;
  readonly logLevel: string;
  readonly ports: Ports;
  readonly nats: NatsServer;
  readonly invocationBus: string;
  readonly sessionBus: string;
  readonly tls: ConstellationTls | undefined;
  readonly settings: Settings;
}

function servicePrograms(options: ServicesOptions): Record<ServiceName, Program> {
  const { entryOf, agentFiles, folder, logs, logLevel, ports, nats, invocationBus, sessionBus, tls, settings } =
    options;
  const keys = ensureServiceKeys(join(folder, 'keys'));
  const address = (service: Exclude<keyof Ports, 'gateway' | 'nats'>) => `127.0.0.1:${ports[service]}`;
  // a certificate is checked against a name
  const peer = (service: Exclude<keyof Ports, 'gateway' | 'nats'>) =>
    `${tls ? 'localhost' : '127.0.0.1'}:${ports[service]}`;
  const program = (name: ServiceName, listen: string, env: Record<string, string>): Program => ({
    name,
    entry: entryOf(name),
    cwd: folder,
    logFile: join(logs, `${name}.log`),
    env: {
      // by the name of the file: not for agents, which are unpacked anew each time
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
      MUSTER_LISTEN: listen,
      MUSTER_DATA_DIR: join(folder, name),
      MUSTER_REGION: REGION,
      MUSTER_REFLECTION: 'true',
      MUSTER_LOG_LEVEL: logLevel,
      MUSTER_SERVICE_KEY: keys.privateKeyFile(name),
      MUSTER_SERVICE_KEYS_DIR: keys.publicKeys,
      MUSTER_NATS_URL: nats.url,
      MUSTER_NATS_CREDS: nats.installation.credsFile(name),
      MUSTER_IAM_ADDRESS: peer('iam'),
      MUSTER_COMMAND_ADDRESS: peer('command'),
      MUSTER_INVOCATION_ADDRESS: peer('invocation'),
      MUSTER_SESSION_ADDRESS: peer('session'),
      MUSTER_TERMINAL_ADDRESS: peer('terminal'),
      ...tls?.settingsOf(name),
      ...env,
      ...settings[name],
    },
  });
  const masterKey = (name: string) => ({ MUSTER_MASTER_KEY_FILE: join(folder, 'keys', `${name}-master.key`) });
  return {
    'iam-svc': program('iam-svc', address('iam'), masterKey('iam')),
    'command-svc': program('command-svc', address('command'), masterKey('command')),
    'invocation-svc': program('invocation-svc', address('invocation'), {
      ...masterKey('invocation'),
      MUSTER_NATS_URL: invocationBus,
      MUSTER_AGENT_NATS_URL: nats.url,
      MUSTER_NATS_CONTROL_CREDS: nats.installation.credsFile('control'),
      MUSTER_NATS_OPERATOR_SIGNING_SEED: nats.installation.operatorSigningFile,
      MUSTER_NATS_SERVICES_ACCOUNT: nats.installation.servicesAccount,
    }),
    'session-svc': program('session-svc', address('session'), {
      ...masterKey('session'),
      MUSTER_NATS_URL: sessionBus,
      MUSTER_TERMINAL_LISTEN: address('terminal'),
    }),
    gateway: program('gateway', `127.0.0.1:${ports.gateway}`, {
      MUSTER_CONSOLE_DIR: ensureConsole(ROOT),
      MUSTER_AGENT_DIR: agentFiles,
    }),
  };
}
