import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Endpoint, EndpointExit, EndpointSink } from './endpoint.ts';
import { withoutTerminals } from './pty.ts';

/** A program behind pipes. */
export interface PipedProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Files that it has open as well, from descriptor 4 on. */
  readonly passed: readonly number[];
}

const NOTES = 3;
/** As the message says that carries it. */
const MOST_NOTE = 8_192;

/** Starts it in a session of its own: input on descriptor 0, output on 1; lines on 3 are notes for the recording. */
export function openPiped(program: PipedProgram, sink: EndpointSink): Endpoint {
  return new PipedEndpoint(program, sink);
}

class PipedEndpoint implements Endpoint {
  readonly exited: Promise<EndpointExit>;
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #output: Readable;
  readonly #sink: EndpointSink;
  #notes = 0;
  #noted = '';

  constructor({ file, args, env, passed }: PipedProgram, sink: EndpointSink) {
    this.#sink = sink;
    this.#child = spawn('setsid', [file, ...args], {
      cwd: '/',
      env,
      stdio: withoutTerminals(['pipe', 'pipe', 'ignore', 'pipe', ...passed]),
    });
    this.#input = this.#child.stdin!;
    this.#output = this.#child.stdout!;
    const notes = this.#child.stdio[NOTES] as Readable;
    // a program that is over is told by its end
    for (const pipe of [this.#input, this.#output, notes]) pipe.on('error', () => undefined);
    this.#output.on('data', (bytes: Buffer) => sink.output(bytes));
    notes.setEncoding('utf8').on('data', (text: string) => this.#note(text));
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      // both outputs were read to their end by then
      this.#child.once('close', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#input.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  resize(): void {}

  pause(): void {
    this.#output.pause();
  }

  resume(): void {
    this.#output.resume();
  }

  hangUp(): void {
    this.#input.end();
    this.#child.kill('SIGHUP');
  }

  #note(text: string): void {
    const lines = `${this.#noted}${text}`.split('\n');
    this.#noted = lines.pop()!.slice(0, MOST_NOTE);
    for (const line of lines) {
      const value = { number: ++this.#notes, text: cut(line) };
      this.#sink.report({ case: 'note', value });
    }
  }
}

function cut(line: string): string {
  const bytes = Buffer.from(line);
  return bytes.length <= MOST_NOTE ? line : new TextDecoder().decode(bytes.subarray(0, MOST_NOTE - 4));
}
