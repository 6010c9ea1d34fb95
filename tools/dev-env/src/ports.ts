import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** The ports of one constellation. */
export interface Ports {
  readonly gateway: number;
  readonly command: number;
  readonly invocation: number;
  readonly iam: number;
  readonly nats: number;
}

const NAMES = ['gateway', 'command', 'invocation', 'iam', 'nats'] as const;

/**
 * The ports of a data directory: `base` and the four after it when a base is given, otherwise free ones. They are kept in
 * the directory, for agents and contexts remember where they registered.
 */
export async function choosePorts(file: string, base?: number): Promise<Ports> {
  if (base === undefined && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Ports;
  const numbers = base === undefined ? await freePorts(NAMES.length) : NAMES.map((_, index) => base + index);
  const ports = Object.fromEntries(NAMES.map((name, index) => [name, numbers[index]])) as unknown as Ports;
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
