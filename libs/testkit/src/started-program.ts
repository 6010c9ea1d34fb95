import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A program of ours as a process of its own. Disposing kills it with SIGKILL. */
export interface StartedProgram extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Where it listens. */
  readonly address: string;
  /** Resolves with its exit code, or with the signal that ended it. */
  readonly ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  /** Everything that it wrote to standard output and standard error so far. */
  output(): string;
  /** Sends the signal, and resolves like `ended`. */
  stop(signal: NodeJS.Signals): StartedProgram['ended'];
}

/** How a program is started. */
export interface ProgramOptions {
  readonly args?: readonly string[];
  /** Its whole environment, but for what finds programs and what Node has compiled; ours when absent. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Starts the TypeScript file `main` and waits until it says that it is ready, and with it what else is `Announced`; rejects with its
 * output when it ends instead.
 */
export async function startProgram<Announced = unknown>(
  main: string,
  { args = [], environment }: ProgramOptions = {},
): Promise<StartedProgram & Announced> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = fork(main, args, {
    env: environment ? { PATH, NODE_COMPILE_CACHE, ...environment } : process.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'exit') as StartedProgram['ended'];
  // its last words come after its exit
  const failed = once(child, 'close').then(([code, signal]) =>
    Promise.reject(new Error(`${main} ended with ${signal ?? code} before it was ready:\n${output}`)),
  );
  failed.catch(() => undefined);
  const [announced] = (await Promise.race([once(child, 'message'), failed])) as [Announced & { address: string }];
  const stop = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    ...announced,
    child,
    ended,
    output: () => output,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
    },
  };
}
