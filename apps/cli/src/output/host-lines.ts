import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import { type InvocationTask, OutputStream } from '@muster/contract';
import { displayWidth, padEnd } from '../domain/display-width.ts';
import { escapeBytes, escapeText } from '../domain/escape.ts';
import { LineSplitter } from '../domain/line-splitter.ts';
import type { Chunk } from '../watch.ts';
import type { OutputSink } from './output-sink.ts';
import type { Colors, Terminal } from './terminal.ts';

/** Names longer than this do not push everybody's lines to the right. */
const LABEL_MAX_COLUMNS = 24;
const PALETTE = ['cyan', 'magenta', 'yellow', 'blue', 'green', 'gray'] as const satisfies readonly (keyof Colors)[];

/** How a task is written before its lines, and its colour. */
interface Label {
  readonly text: string;
  readonly color: (typeof PALETTE)[number];
}

/** One output of one task while it is cut into lines. */
interface Lines {
  readonly splitter: LineSplitter;
  /** When the newest of its bytes arrived. */
  time: Timestamp | undefined;
}

/** How to print. */
export interface HostLinesOptions {
  readonly raw: boolean;
  /** Each line begins with when its end arrived. */
  readonly timestamps?: boolean;
}

/**
 * Prints the output of many machines line by line, each line with its machine's name: `web-1 | text`, and `web-1 ! text` on
 * standard error for what the script wrote there. Raw output is not escaped, and bare when there is only one machine.
 */
export class HostLines implements OutputSink {
  readonly #terminal: Terminal;
  readonly #raw: boolean;
  readonly #timestamps: boolean;
  readonly #labels = new Map<string, Label>();
  readonly #lines = new Map<string, Lines>();
  #width = 0;

  constructor(terminal: Terminal, { raw, timestamps = false }: HostLinesOptions) {
    this.#terminal = terminal;
    this.#raw = raw;
    this.#timestamps = timestamps;
  }

  /** Makes a task's name known; call it for all tasks first, so that the lines stand in one column. */
  announce({ invocationTaskId, instanceId, instanceName }: InvocationTask): void {
    if (this.#labels.has(invocationTaskId)) return;
    const text = escapeText(instanceName || instanceId);
    this.#labels.set(invocationTaskId, { text, color: PALETTE[this.#labels.size % PALETTE.length]! });
    this.#width = Math.min(LABEL_MAX_COLUMNS, Math.max(this.#width, displayWidth(text)));
  }

  write({ invocationTaskId }: InvocationTask, { stream, data, time }: Chunk): void {
    if (this.#raw && this.#labels.size <= 1) {
      this.#channel(stream).write(data);
      return;
    }
    const key = `${invocationTaskId} ${stream}`;
    const lines = this.#lines.get(key) ?? { splitter: new LineSplitter(), time };
    this.#lines.set(key, lines);
    lines.time = time;
    for (const line of lines.splitter.push(data)) this.#print(invocationTaskId, stream, line, time);
  }

  /** Prints what a task wrote without a line end. */
  end(taskId: string): void {
    for (const stream of [OutputStream.STDOUT, OutputStream.STDERR]) {
      const lines = this.#lines.get(`${taskId} ${stream}`);
      const rest = lines?.splitter.end();
      if (rest) this.#print(taskId, stream, rest, lines?.time);
    }
  }

  endAll(): void {
    for (const taskId of this.#labels.keys()) this.end(taskId);
  }

  #print(taskId: string, stream: OutputStream, line: Uint8Array, time: Timestamp | undefined): void {
    const channel = this.#channel(stream);
    const { colors } = channel;
    const label = this.#labels.get(taskId)!;
    const bar = stream === OutputStream.STDERR ? colors.red('!') : colors.dim('|');
    const moment = this.#timestamps ? `${colors.dim(arrival(time))} ` : '';
    const prefix = `${moment}${colors[label.color](padEnd(label.text, this.#width))} ${bar} `;
    if (this.#raw) channel.write(Buffer.concat([Buffer.from(prefix), line, Buffer.from('\n')]));
    else channel.line((prefix + escapeBytes(line)).trimEnd());
  }

  #channel(stream: OutputStream) {
    return stream === OutputStream.STDERR ? this.#terminal.err : this.#terminal.out;
  }
}

const UNKNOWN = '-'.padEnd(new Date(0).toISOString().length);

/** In UTC; a dash of the same width when it is not known. */
function arrival(time: Timestamp | undefined): string {
  return time ? new Date(timestampMs(time)).toISOString() : UNKNOWN;
}
