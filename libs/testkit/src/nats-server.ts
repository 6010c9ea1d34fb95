import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BusInstallation,
  connectServiceBus,
  ensureBusInstallation,
  ensureEventStream,
  type ServerConfig,
  writeServerConfig,
} from '@muster/bus';
import { silentLogger } from './logger.ts';

/** A real nats-server in operator mode. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly installation: BusInstallation;
  /** Resolves when the process has ended, whoever ended it. */
  readonly exited: Promise<void>;
  /** `kill -9`, for tests of what survives it. */
  kill(): Promise<void>;
}

/** Where it runs. */
export interface NatsServerOptions {
  /** Keys, claims and stream data; a new temporary folder, removed at the end, when absent. */
  readonly directory?: string;
  /** A free port when absent. */
  readonly port?: number;
  /** Plaintext when absent. */
  readonly tls?: ServerConfig['tls'];
}

/** Starts the server (`NATS_SERVER_BIN`, else `nats-server` on PATH) and makes the event stream. */
export async function startNatsServer({ directory, port = -1, tls }: NatsServerOptions = {}): Promise<NatsServer> {
  const folder = directory ?? mkdtempSync(join(tmpdir(), 'muster-nats-'));
  const installation = await ensureBusInstallation(join(folder, 'bus'));
  const config = await writeServerConfig(installation, {
    host: '127.0.0.1',
    port,
    dataDirectory: join(folder, 'jetstream'),
    tls,
  });
  for (const stale of portFiles(installation.directory)) await endLeftover(stale, config);

  const child = spawn(process.env.NATS_SERVER_BIN ?? 'nats-server', ['-c', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C is for us: whoever uses the bus stops before it
    detached: true,
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log = `${log}${chunk}`.slice(-4_000);
  });
  const exited = once(child, 'exit').then(() => undefined);
  const failed = once(child, 'error').then(([error]) => Promise.reject(error));
  const plain = await Promise.race([
    readUrl(installation.directory),
    exited.then(() => Promise.reject(new Error(`nats-server ended at once:\n${log}`))),
    failed,
  ]);
  const url = tls ? plain.replace(/^nats:/, 'tls:') : plain;
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  await makeStream(installation, url, tls?.caFile).catch(async (error) => {
    await stop('SIGKILL');
    throw error;
  });
  return {
    url,
    pid: child.pid!,
    installation,
    exited,
    kill: () => stop('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await stop('SIGTERM');
      if (!directory) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function portFiles(directory: string): string[] {
  return existsSync(directory)
    ? readdirSync(directory)
        .filter((file) => file.endsWith('.ports'))
        .map((file) => join(directory, file))
    : [];
}

/** A server whose starter was killed still holds its port; its ports file, named after its pid, tells. */
async function endLeftover(portsFile: string, config: string): Promise<void> {
  const pid = Number(/_(\d+)\.ports$/.exec(portsFile)?.[1]);
  while (commandOf(pid).includes(config)) {
    process.kill(pid, 'SIGTERM');
    await sleep(50);
  }
  rmSync(portsFile, { force: true });
}

function commandOf(pid: number): string {
  // without ps there is nothing to say
  return String(spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout);
}

/** The server writes its real port into a file once it listens; the file may be seen half written. */
async function readUrl(directory: string): Promise<string> {
  for (;;) {
    for (const file of portFiles(directory)) {
      try {
        return (JSON.parse(readFileSync(file, 'utf8')) as { nats: string[] }).nats[0]!;
      } catch {
        // not complete yet
      }
    }
    await sleep(10);
  }
}

async function makeStream(installation: BusInstallation, url: string, caFile?: string): Promise<void> {
  await using bus = await connectServiceBus({
    name: 'setup',
    url,
    credsFile: installation.credsFile('setup'),
    caFile,
    logger: silentLogger,
  });
  await ensureEventStream(bus);
}
