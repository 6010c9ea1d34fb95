import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { eventually, tempDirectory } from '@muster/testkit';
import { readConfig } from '../src/config.ts';
import { runMuster } from '../src/run-muster.ts';
import { KeptOutput } from './kept-output.ts';
import { SECRET_ID, SECRET_KEY } from './world.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

/** What a command left behind. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** How to start the CLI. */
export interface StartOptions {
  readonly env?: Record<string, string>;
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
}

/** The CLI while it runs. */
export interface Started {
  readonly child: ChildProcess;
  readonly done: Promise<Result>;
  /** Resolves once `text` was printed on either stream. */
  printed(text: string): Promise<void>;
}

/** A home with a config file of its own. */
export interface Home extends Disposable {
  readonly path: string;
  readonly configFile: string;
  readonly env: Record<string, string>;
  /** Starts the CLI as a process. */
  start(args: readonly string[], options?: StartOptions): Started;
  /** Runs a command line to its end, in this process: starting one takes longer than most commands do. */
  muster(args: readonly string[], options?: StartOptions): Promise<Result>;
}

/** A home for the CLI, logged in at `url` with the fake gateway's key unless it is undefined. */
export function home(url: string | undefined): Home {
  const folder = tempDirectory('muster-cli-');
  const configFile = join(folder.path, '.config', 'muster', 'config.json');
  if (url !== undefined) {
    mkdirSync(join(folder.path, '.config', 'muster'), { recursive: true });
    const contexts = { test: { url, secretId: SECRET_ID, secretKey: SECRET_KEY } };
    writeFileSync(configFile, JSON.stringify({ current: 'test', contexts }), { mode: 0o600 });
  }
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder.path,
    XDG_CONFIG_HOME: join(folder.path, '.config'),
    // shared by all tests, as it is by all starts of a user
    XDG_CACHE_HOME: join(tmpdir(), 'muster-cli-test-cache'),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'muster-cli-test-cache', 'node'),
  };
  const start = (args: readonly string[], options: StartOptions = {}): Started => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...env, ...options.env },
      cwd: options.cwd ?? folder.path,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
    const done = new Promise<Result>((resolve) => {
      child.on('close', (exitCode) => resolve({ stdout, stderr, exitCode }));
    });
    const printed = async (text: string) => {
      await eventually(`the CLI to print ${JSON.stringify(text)}`, () => (stdout + stderr).includes(text));
    };
    return { child, done, printed };
  };
  return {
    path: folder.path,
    configFile,
    env,
    start,
    muster: (args, options) => runHere(args, { cwd: folder.path, ...options, env: { ...env, ...options?.env } }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function runHere(
  args: readonly string[],
  { env, input, cwd }: Required<Pick<StartOptions, 'env' | 'cwd'>> & StartOptions,
): Promise<Result> {
  const [stdout, stderr] = [new KeptOutput(), new KeptOutput()];
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const stdin = Readable.from(input === undefined ? [] : [Buffer.from(input)]);
    const exitCode = await runMuster(args, readConfig(env), { stdin, stdout, stderr });
    return { stdout: stdout.text, stderr: stderr.text, exitCode };
  } finally {
    process.chdir(before);
  }
}
