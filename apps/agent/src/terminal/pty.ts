import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fchownSync, fstatSync, openSync, readSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { ReadStream } from 'node:tty';
import type { Endpoint, EndpointExit } from './endpoint.ts';
import type { NativePty } from './native-pty.ts';

/** What runs in a terminal. */
export interface PtyProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
  /** Whose terminal it is, so that programs may open it by its name; the agent's own when absent. */
  readonly uid?: number;
}

/** A terminal with a program in it. */
export interface Pty extends Endpoint {
  /** The program, which leads the terminal's session. */
  readonly pid: number;
  /** Whether the terminal reads lines without showing what is typed, as it does for passwords. True also when that cannot be found out. */
  hidesInput(): Promise<boolean>;
}

const MOST_READ = 65_536;
/** The addon opens terminals so that every child would inherit them: what is open here is hidden from each by this. */
const NOTHING = openSync('/dev/null', 'r+');
const inheritable = new Set<number>();

/** Opens a terminal and starts the program in it; `onOutput` gets every byte that is printed, once and in order. */
export function openPty(native: NativePty, program: PtyProgram, onOutput: (bytes: Uint8Array) => void): Pty {
  return new LinuxPty(native, program, onOutput);
}

class LinuxPty implements Pty {
  readonly exited: Promise<EndpointExit>;
  readonly #native: NativePty;
  readonly #master: number;
  /** Open here until the end: see `#drain`. */
  readonly #slave: number;
  readonly #child: ChildProcess;
  readonly #stream: ReadStream;
  readonly #onOutput: (bytes: Uint8Array) => void;
  #flow: 'on' | 'off' = 'on';
  #rest: Uint8Array[] = [];
  #handedOn: (() => void) | undefined;

  constructor(native: NativePty, program: PtyProgram, onOutput: (bytes: Uint8Array) => void) {
    this.#native = native;
    this.#onOutput = onOutput;
    const { master, slave } = native.open(program.columns, program.rows);
    this.#master = master;
    this.#slave = slave;
    inheritable.add(master).add(slave);
    if (program.uid !== undefined) fchownSync(slave, program.uid, fstatSync(slave).gid);
    this.#child = startIn(slave, program);
    this.#stream = new ReadStream(master);
    this.#stream.on('data', (bytes: Buffer) => onOutput(bytes));
    // the end of a terminal is told as an error of reading it
    this.#stream.on('error', () => undefined);
    this.exited = this.#end();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(bytes, (fault) => (fault ? reject(fault) : resolve()));
    });
  }

  resize(columns: number, rows: number): void {
    if (inheritable.has(this.#master)) this.#native.resize(this.#master, columns, rows);
  }

  pause(): void {
    this.#flow = 'off';
    this.#stream.pause();
  }

  resume(): void {
    this.#flow = 'on';
    if (this.#handedOn) this.#handOn();
    else this.#stream.resume();
  }

  hangUp(): void {
    this.#child.kill('SIGHUP');
  }

  async hidesInput(): Promise<boolean> {
    if (!inheritable.has(this.#slave)) return true;
    // there is no other way to the modes; a child's input is made to block, so it must not be the end that is read here
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
    const stty = spawn('stty', ['-a'], { env, stdio: withoutTerminals([this.#slave, 'pipe', 'ignore']) });
    stty.on('error', () => undefined);
    const words = await text(stty.stdout!).catch(() => '');
    const modes = new Set(words.split(/[\s;]+/));
    return !modes.has('echo') && !modes.has('-icanon');
  }

  async #end(): Promise<EndpointExit> {
    try {
      return await new Promise<EndpointExit>((resolve, reject) => {
        this.#child.once('error', reject);
        this.#child.once('exit', (code, signal) => {
          this.#drain();
          this.#handedOn = () => resolve({ code: code ?? undefined, signal: signal ?? undefined });
          this.#handOn();
        });
      });
    } finally {
      inheritable.delete(this.#slave);
      closeSync(this.#slave);
      inheritable.delete(this.#master);
      this.#stream.destroy();
    }
  }

  /**
   * Takes what the kernel still holds. The stream would lose it: it counts a terminal that hung up as read after any short read. That is
   * also why the other end stays open here until now.
   */
  #drain(): void {
    this.#stream.removeAllListeners('data').pause();
    for (let bytes = this.#stream.read(); bytes !== null; bytes = this.#stream.read()) this.#rest.push(bytes);
    for (;;) {
      const bytes = new Uint8Array(MOST_READ);
      const length = readOnce(this.#master, bytes);
      if (length === 0) return;
      this.#rest.push(bytes.subarray(0, length));
    }
  }

  #handOn(): void {
    while (this.#flow === 'on' && this.#rest.length > 0) this.#onOutput(this.#rest.shift()!);
    if (this.#flow === 'on') this.#handedOn?.();
  }
}

function startIn(slave: number, { file, args, env }: PtyProgram): ChildProcess {
  // it becomes the leader of a new session, and the terminal is that session's
  return spawn('setsid', ['-c', file, ...args], { cwd: '/', env, stdio: withoutTerminals([slave, slave, slave]) });
}

/** What a child is to have open, and none of the terminals that are open here. */
export function withoutTerminals(wanted: readonly (number | 'ignore' | 'pipe')[]): (number | 'ignore' | 'pipe')[] {
  const stdio = [...wanted];
  for (const fd of inheritable) {
    while (stdio.length <= fd) stdio.push('ignore');
    // what is wanted there takes the place of the terminal
    if (fd >= wanted.length) stdio[fd] = NOTHING;
  }
  return stdio;
}

/** How many bytes were there; none when nothing is, now or ever again. */
function readOnce(fd: number, into: Uint8Array): number {
  try {
    return readSync(fd, into);
  } catch {
    return 0;
  }
}
