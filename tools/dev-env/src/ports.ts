import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** The ports of one constellation. */
export interface Ports {
  readonly gateway: number;
  readonly command: number;
  readonly invocation: number;
  readonly iam: number;
  readonly nats: number;
  readonly session: number;
  /** Where session-svc takes terminals from the gateway. */
  readonly terminal: number;
}

const NAMES = ['gateway', 'command', 'invocation', 'iam', 'nats', 'session', 'terminal'] as const;

/**
 * The ports of a data directory: `base` and the six after it when a base is given, otherwise free ones. They are kept in
 * the directory, for agents and contexts remember where they registered.
 */
export async function choosePorts(file: string, base?: number): Promise<Ports> {
  const kept: Partial<Ports> = base === undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  // a folder of an earlier version lacks those that came since
  const missing = NAMES.filter((name) => kept[name] === undefined);
  const numbers = base === undefined ? await freePorts(missing.length) : NAMES.map((_, index) => base + index);
  const ports = { ...kept, ...Object.fromEntries(missing.map((name, index) => [name, numbers[index]])) } as Ports;
  writeFileSync(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

/** Below those that systems give away (32768 and up on Linux): what is down for a moment finds its port free when it comes back. */
const LOWEST = 20_000;
const HIGHEST = 32_767;
/** Constellations that start at the same time look in different places: processes are this many ports apart, and each goes on where it was. */
const APART = 251;
let next = LOWEST + ((process.pid * APART) % (HIGHEST - LOWEST));

async function freePorts(count: number): Promise<number[]> {
  const free: number[] = [];
  for (let tries = 0; free.length < count; tries++) {
    if (tries > HIGHEST - LOWEST) throw new Error(`fewer than ${count} ports from ${LOWEST} to ${HIGHEST} are free`);
    const port = next;
    next = port < HIGHEST ? port + 1 : LOWEST;
    if (await isFree(port)) free.push(port);
  }
  return free;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
