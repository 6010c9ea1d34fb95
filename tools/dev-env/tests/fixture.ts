import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { tempDirectory } from '@muster/testkit';
import { type Constellation, type ConstellationOptions, startConstellation } from '../src/constellation.ts';
import { checkHistory, recordHistory } from '../src/state-history.ts';

/** What a finished CLI command left. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** All of Muster in a temporary folder, and its CLI logged in as root. */
export interface Fixture extends AsyncDisposable {
  readonly constellation: Constellation;
  readonly folder: string;
  /** Runs the CLI to its end. `context` is the name under which a `login` was kept; `root` when absent. */
  muster(args: readonly string[], options?: { context?: string; stdin?: string }): Promise<CliResult>;
  /** Starts the CLI and leaves it running. */
  start(args: readonly string[]): ChildProcess;
  /** What the named process wrote to its log. */
  readonly said: readonly string[];
}

/**
 * Boots the constellation. Slow: share one per file. Every state that tasks and runs go through is recorded; disposing throws when what
 * was recorded cannot be.
 */
export async function startFixture(
  agents: number,
  options: Pick<ConstellationOptions, 'logLevel' | 'settings' | 'routeToBus' | 'tls'> = {},
): Promise<Fixture> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(tempDirectory('muster-e2e-')).path;
  const said: string[] = [];
  const dataDir = join(folder, 'data');
  const history = new AsyncDisposableStack();
  // last of all, when the services are stopped
  starting.use(history);
  // tests that wait for something ask more often than clients may
  const gateway = { MUSTER_API_CALLS_PER_SECOND: '0', ...options.settings?.gateway };
  const settings = { ...options.settings, gateway };
  const constellation = starting.use(
    await startConstellation({ ...options, settings, dataDir, agents, say: (line) => said.push(line) }),
  );
  await recordHistory(dataDir);
  history.defer(() => checkHistory(dataDir));
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const environment = { PATH, NODE_COMPILE_CACHE, HOME: folder, MUSTER_CONFIG: join(folder, 'config', 'config.json') };
  const start = (args: readonly string[], context = 'root') =>
    spawn(process.execPath, [constellation.cli, '--context', context, ...args], {
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const muster: Fixture['muster'] = async (args, { context, stdin } = {}) => {
    const child = start(args, context);
    child.stdin.end(stdin);
    const result = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      result.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      result.stderr += chunk;
    });
    const code = await new Promise<number>((resolve) => {
      child.once('close', (status, signal) => resolve(signal ? 128 : (status ?? 1)));
    });
    return { code, ...result };
  };
  const { url, caFile, root } = constellation;
  const ca = caFile === undefined ? [] : ['--ca', caFile];
  const login = await muster(['login', '--url', url, ...ca, '--secret-id', root.secretId, '--secret-key-stdin'], {
    stdin: root.secretKey,
  });
  if (login.code !== 0) throw new Error(`login failed: ${login.stderr}`);
  const running = starting.move();
  return { constellation, folder, said, muster, start, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Whether a process exists. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
