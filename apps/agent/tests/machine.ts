import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@muster/testkit';
import { type Agent, type AgentOptions, startAgent } from '../src/agent.ts';
import { hostFacts } from '../src/host.ts';
import { ensureKey, type Identity, saveIdentity } from '../src/identity.ts';
import { writeDurably } from '../src/spool/durable.ts';

/** The user that tests run as. */
export const ME = userInfo().username;

/** An agent inside this process. */
export async function agentHere(
  dataDir: string,
  identity: Identity,
  options: Partial<AgentOptions> = {},
): Promise<Agent> {
  const agent = await startAgent({
    dataDir,
    identity,
    host: hostFacts('machine'),
    inherited: { path: process.env.PATH ?? '', lang: 'C.UTF-8' },
    veto: { path: join(dataDir, 'veto.json'), mustExist: false, owner: process.getuid!() },
    renewRetrySeconds: 1,
    reconnectMaxSeconds: 0,
    pingSeconds: 20,
    killOnStop: true,
    concurrency: 10,
    journalMaxTasks: 1_000,
    journalMaxMb: 1_000,
    journalMaxDays: 30,
    scriptMaxProcesses: 0,
    scriptMaxMemoryMb: 0,
    logger: silentLogger,
    ...options,
  });
  await agent.connected;
  return agent;
}

/** An agent as a process of its own, so that it can be killed. */
export interface AgentProcess {
  readonly child: ChildProcess;
  /** What it announced. */
  readonly ready: Promise<Record<string, string>>;
  /** What it logged so far. */
  log(): string;
  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

export async function agentProcess(
  dataDir: string,
  identity: Identity,
  environment: Record<string, string> = {},
): Promise<AgentProcess> {
  await ensureKey(dataDir);
  await writeDurably(join(dataDir, 'nkey.seed'), identity.seed);
  await saveIdentity(dataDir, identity);
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../src/main.ts', import.meta.url)), 'run', '--data-dir', dataDir],
    {
      env: { ...process.env, MUSTER_AGENT_RECONNECT_MAX_SECONDS: '0', MUSTER_LOG_LEVEL: 'warn', ...environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  let log = '';
  child.stderr!.on('data', (chunk) => {
    log += chunk;
    if (process.env.MUSTER_TEST_LOG) process.stderr.write(chunk);
  });
  const exited = once(child, 'exit');
  const ready = Promise.race([
    once(child, 'message').then(([message]) => message as Record<string, string>),
    exited.then(() => Promise.reject(new Error('the agent ended before it was ready'))),
  ]);
  // whoever does not wait for it is not told
  ready.catch(() => {});
  return {
    child,
    ready,
    log: () => log,
    async stop(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

/** The processes whose command line contains `text`. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });
}

/** The processes that this one started itself, and that live. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isChildOf(pid, parent));
}

function isChildOf(pid: number, parent: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state !== 'Z' && Number(parentPid) === parent;
  } catch {
    return false;
  }
}
