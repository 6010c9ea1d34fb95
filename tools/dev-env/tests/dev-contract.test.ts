import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually, tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { ROOT } from '../src/constellation.ts';
import type { ReadyLine } from '../src/ready-line.ts';
import { alive } from './fixture.ts';

const ID = /^ins-[a-z0-9]{8}$/;

async function dev(
  dataDir: string,
  agents: number,
): Promise<{ child: ChildProcess; ready: ReadyLine; lines: string[] }> {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'tools/dev-env/src/main.ts'), 'dev', '--json', '--agents', String(agents), '--data-dir', dataDir],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stderr = '';
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  const lines: string[] = [];
  const reader = createInterface(child.stdout!);
  reader.on('line', (line) => lines.push(line));
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`dev ended with ${code}:\n${stderr}`)));
  ended.catch(() => {});
  await Promise.race([once(reader, 'line'), ended]);
  return { child, ready: JSON.parse(lines[0]!) as ReadyLine, lines };
}

async function stop(child: ChildProcess): Promise<number | null> {
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  return code as number | null;
}

/** Every process whose command line or working folder names the data directory. */
function processesOf(dataDir: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(dataDir));
}

it('prints one line of the documented shape, stops without leaving a process, and finds everything again', async () => {
  using folder = tempDirectory('muster-dev-');
  const dataDir = join(folder.path, 'data');
  mkdirSync(dataDir);

  const first = await dev(dataDir, 2);
  expect(first.ready).toEqual({
    ready: true,
    gateway: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
    grpc: {
      command: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      invocation: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      session: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      iam: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    },
    nats: { url: expect.stringMatching(/^nats:\/\/127\.0\.0\.1:\d+$/) },
    account: { uin: expect.stringMatching(/^\d+$/), region: 'ap-guangzhou' },
    root: { uin: first.ready.account.uin, secretId: expect.stringMatching(/^AKID/), secretKey: expect.any(String) },
    console: { url: first.ready.gateway.url, user: 'root', password: expect.any(String) },
    instances: [
      {
        instanceId: expect.stringMatching(ID),
        name: 'web-1',
        pid: expect.any(Number),
        dataDir: expect.stringContaining(dataDir),
      },
      {
        instanceId: expect.stringMatching(ID),
        name: 'web-2',
        pid: expect.any(Number),
        dataDir: expect.stringContaining(dataDir),
      },
    ],
  });
  expect(first.ready.instances.every(({ pid }) => alive(pid))).toBe(true);
  expect((await fetch(first.ready.console.url)).headers.get('content-type')).toContain('text/html');

  expect(await stop(first.child)).toBe(0);
  expect(first.lines).toHaveLength(1);
  await eventually('every process to be gone', () => processesOf(dataDir).length === 0);

  const second = await dev(dataDir, 2);
  const identity = ({ root, console: page, gateway, instances }: ReadyLine) => ({
    root,
    page,
    gateway,
    ids: instances.map(({ instanceId }) => instanceId),
  });
  expect(identity(second.ready)).toEqual(identity(first.ready));
  expect(await stop(second.child)).toBe(0);
  await eventually('every process to be gone', () => processesOf(dataDir).length === 0);

  for (const secret of [
    'iam-svc/root-credentials.json',
    'keys/iam-master.key',
    'keys/gateway.pem',
    'nats/bus/operator.seed',
    'nats/bus/control.creds',
  ]) {
    expect(statSync(join(dataDir, secret)).mode & 0o077, secret).toBe(0);
  }
}, 120_000);

it('keeps a data directory to one constellation, and finds its way after being killed', async () => {
  using folder = tempDirectory('muster-dev-');
  const dataDir = join(folder.path, 'data');
  const killed = await dev(dataDir, 0);
  await expect(dev(dataDir, 0)).rejects.toThrow(/runs with this data directory already/);
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
  // its services notice and stop; nats-server cannot, and is taken over
  await eventually('the services to be gone', () => processesOf(dataDir).every((command) => command.includes('nats')));

  const { child, ready } = await dev(dataDir, 0);
  expect(ready.root).toEqual(killed.ready.root);
  expect(await stop(child)).toBe(0);
  await eventually('every process to be gone', () => processesOf(dataDir).length === 0);
}, 120_000);
