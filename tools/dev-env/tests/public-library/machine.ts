import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRegisterCode } from '../../src/account.ts';
import { ROOT } from '../../src/constellation.ts';
import type { Fixture } from '../fixture.ts';

/** What a machine is like: a folder beside this file. */
export type MachineKind = 'debian' | 'redhat';

/** A machine that may be broken, with a real agent on it. */
export interface SandboxedMachine extends AsyncDisposable {
  readonly instanceId: string;
}

const AGENT = join(ROOT, 'apps', 'agent', 'src', 'main.ts');
/** Stand-ins first, then what every system has. */
const PATH = '/run/machine/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const NAMESPACES = ['--mount', '--uts', '--pid', '--fork', '--kill-child'];

/** Why sandboxed machines cannot be had here; undefined when they can. */
export function whyNoSandbox(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root, for mounts and users of its own';
  try {
    execFileSync('unshare', [...NAMESPACES, 'mount', '--make-rprivate', '/'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `needs namespaces of its own: ${(error as Error).message.trim()}`;
  }
}

/** Registers a machine of this kind and starts its agent, both inside the sandbox. */
export async function startMachine(
  { constellation: { url, root }, folder }: Pick<Fixture, 'constellation' | 'folder'>,
  kind: MachineKind,
): Promise<SandboxedMachine> {
  const code = await createRegisterCode(url, root, 1);
  const place = join(folder, kind);
  mkdirSync(place);
  const logFile = join(folder, `${kind}.log`);
  const log = openSync(logFile, 'a', 0o600);
  const register = ['register', '--server', url, '--code-id', code.id, '--code-value', code.value, '--host-name', kind];
  const child = spawn(
    'unshare',
    [
      ...NAMESPACES,
      join(import.meta.dirname, 'sandbox.sh'),
      kind,
      place,
      ROOT,
      '/bin/sh',
      '-euc',
      'node=$1 agent=$2; shift 2; env -u NODE_CHANNEL_FD "$node" "$agent" "$@"; exec "$node" "$agent" run',
      'sh',
      process.execPath,
      AGENT,
      ...register,
    ],
    {
      cwd: '/',
      env: { PATH, HOME: '/root', LANG: 'C.UTF-8', MUSTER_AGENT_RECONNECT_MAX_SECONDS: '1' },
      stdio: ['ignore', log, log, 'ipc'],
    },
  );
  closeSync(log);
  const ended = once(child, 'exit');
  const ready = new Promise<string>((resolve) => {
    child.on('message', (message) => resolve((message as { instanceId: string }).instanceId));
  });
  const instanceId = await Promise.race([
    ready,
    ended.then(() => Promise.reject(new Error(`the agent on ${kind} ended:\n${readFileSync(logFile, 'utf8')}`))),
  ]);
  return {
    instanceId,
    async [Symbol.asyncDispose]() {
      // takes the first process of the machine along, and so every other one
      child.kill('SIGKILL');
      await ended;
    },
  };
}
