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

async function freePorts(count: number): Promise<number[]> {
  // all are held before any is let go, so that no two are the same
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
