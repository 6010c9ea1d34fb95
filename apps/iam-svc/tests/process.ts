import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** iam-svc as a process of its own. */
export interface IamProcess extends AsyncDisposable {
  readonly address: string;
  readonly rootCredentialsFile: string;
  readonly child: ChildProcess;
  /** Everything that it wrote to standard output and standard error so far. */
  output(): string;
  /** Sends the signal and resolves with the exit code once the process is gone. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts it with these settings and waits until it says that it is ready; rejects with its log when it ends instead. */
export async function startProcess(environment: Record<string, string>): Promise<IamProcess> {
  const { NODE_COMPILE_CACHE } = process.env;
  const child = fork(MAIN, { env: { ...environment, NODE_COMPILE_CACHE }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      log += chunk;
    });
  }
  const ready = await Promise.race([once(child, 'message'), exited.then(() => Promise.reject(new Error(log)))]);
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await exited)[0];
  };
  return {
    ...(ready[0] as { address: string; rootCredentialsFile: string }),
    child,
    output: () => log,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
    },
  };
}
