import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** One program of the constellation. */
export interface Program {
  readonly name: string;
  /** A script; runs on the Node that runs us. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly cwd: string;
}

/** A program that is kept running until it is stopped. */
export interface Managed extends AsyncDisposable {
  readonly name: string;
  /** The process that runs now; another one after a restart. */
  readonly pid: number;
  /** What it announced when it became ready. */
  readonly announced: Readonly<Record<string, string>>;
  /** Sends a signal to the process that runs or is being started; false when there is none at this moment. */
  signal(name: NodeJS.Signals): boolean;
}

/**
 * Young garbage is collected early, and glibc keeps few pools for threads: a burst of calls would otherwise leave each process a hundred
 * megabytes larger.
 */
const SMALL = { flags: ['--max-semi-space-size=4'], env: { MALLOC_ARENA_MAX: '2' } };

/** Time to say "ready", and time to stop before it is killed. */
const READY_MS = 30_000;
const STOP_MS = 15_000;

/** Starts a program, waits until it says that it is ready, and starts it again whenever it dies without having been asked. */
export async function manage(program: Program, onRestart: (name: string, how: string) => void): Promise<Managed> {
  let stopping = false;
  let failures = 0;
  let newest: ChildProcess | undefined;
  const startIt = () =>
    start(program, (child) => {
      newest = child;
    });
  let current = await startIt();
  let ended: Promise<void> = watch();

  async function watch(): Promise<void> {
    for (;;) {
      const how = await current.ended;
      if (stopping) return;
      onRestart(program.name, how);
      for (;;) {
        await sleep(Math.min(5_000, 200 * 2 ** failures++));
        if (stopping) return;
        try {
          current = await startIt();
          failures = 0;
          // asked meanwhile
          if (stopping) await stop(current);
          break;
        } catch (error) {
          if (stopping) return;
          onRestart(program.name, String(error));
        }
      }
    }
  }

  return {
    name: program.name,
    get pid() {
      return current.child.pid!;
    },
    get announced() {
      return current.announced;
    },
    signal: (name) => newest?.kill(name) ?? false,
    async [Symbol.asyncDispose]() {
      stopping = true;
      await stop(current);
      await ended;
      ended = Promise.resolve();
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  readonly announced: Record<string, string>;
}

async function start(
  { name, entry, args = [], env, logFile, cwd }: Program,
  spawned: (child: ChildProcess) => void,
): Promise<Running> {
  const log = openSync(logFile, 'a', 0o600);
  // its own process group: Ctrl-C reaches only us, and we stop the rest in order
  const child = spawn(process.execPath, [...SMALL.flags, entry, ...args], {
    cwd,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '/',
      LANG: process.env.LANG ?? 'C.UTF-8',
      ...SMALL.env,
      ...env,
    },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  spawned(child);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  const ready = new Promise<Record<string, string>>((resolve) => {
    child.on('message', (message) => {
      const { ready: isReady, ...announced } = message as { ready?: boolean } & Record<string, string>;
      if (isReady) resolve(announced);
    });
  });
  const late = new AbortController();
  const announced = await Promise.race([
    ready,
    ended.then((how) =>
      Promise.reject(new Error(`${name} ended before it was ready (${how}):\n${lastLines(logFile)}`)),
    ),
    sleep(READY_MS, undefined, { signal: late.signal }).then(() =>
      Promise.reject(new Error(`${name} was not ready within ${READY_MS / 1000} s:\n${lastLines(logFile)}`)),
    ),
  ]).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  late.abort();
  return { child, ended, announced };
}

async function stop({ child, ended }: Running): Promise<void> {
  child.kill('SIGTERM');
  const late = new AbortController();
  await Promise.race([
    ended,
    sleep(STOP_MS, undefined, { signal: late.signal }).then(
      () => child.kill('SIGKILL'),
      () => {},
    ),
  ]);
  late.abort();
  await ended;
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
}
