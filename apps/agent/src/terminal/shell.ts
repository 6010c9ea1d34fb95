import type { MessageInitShape } from '@bufbuild/protobuf';
import type { HeldSessionSchema, SessionAttach, SessionInput, SessionMessage, StreamPosition } from '@muster/contract';
import {
  ACKNOWLEDGE_AFTER_MS,
  INPUT_WINDOW,
  KEPT_OUTPUT,
  MOST_DATA,
  OUTPUT_WINDOW,
  ReceiveWindow,
  SendWindow,
} from '@muster/terminal';
import type { Endpoint, EndpointSink, ShellReport } from './endpoint.ts';
import { ResendTimer } from './resend-timer.ts';

/** One shell, or what else runs in a session, and who it is for. */
export interface ShellOptions {
  readonly sessionId: string;
  /** How long it stays without a word of the service, and how long at all. */
  readonly silentMs: number;
  readonly longestMs: number;
  /** As it was opened. */
  readonly columns: number;
  readonly rows: number;
  readonly open: (sink: EndpointSink) => Endpoint;
  /** Ends what is left of the shell's tree. */
  readonly killTree: () => Promise<unknown>;
  readonly report: (report: ShellReport) => void;
}

/**
 * A shell and its two streams. It keeps what nobody has acknowledged, reads no more output while too much of that is there, and types
 * every byte of input once, whoever drives and however often the connection breaks.
 */
export class Shell {
  /** Resolves when the shell is over and the service knows, or has not been heard for too long. */
  readonly over: Promise<void>;
  readonly #options: ShellOptions;
  readonly #endpoint: Endpoint;
  readonly #output = new SendWindow({ capacity: KEPT_OUTPUT, limit: 0 });
  readonly #input = new ReceiveWindow({ window: INPUT_WINDOW });
  readonly #forget = Promise.withResolvers<void>();
  readonly #resend = new ResendTimer(() => this.#again());
  readonly #longest: NodeJS.Timeout;
  readonly #silent: NodeJS.Timeout;
  #tell: NodeJS.Timeout | undefined;
  #sequence = 0n;
  #turn = 0;
  #size: readonly [number, number];
  #stopping: 'no' | 'yes' = 'no';
  #held = false;
  #exited: ShellReport | undefined;

  constructor(options: ShellOptions) {
    this.#options = options;
    this.#endpoint = options.open({ output: (bytes) => this.#printed(bytes), report: options.report });
    this.#size = [options.columns, options.rows];
    this.#longest = setTimeout(() => this.stop(), options.longestMs);
    this.#silent = setTimeout(() => this.#unheard(), options.silentMs);
    this.over = this.#live();
  }

  /** Where it stands, for a service that lost sight of it. */
  get held(): MessageInitShape<typeof HeldSessionSchema> {
    return {
      sessionId: this.#options.sessionId,
      turn: this.#turn,
      inputNext: BigInt(this.#input.next),
      outputStart: BigInt(this.#output.start),
      outputEnd: BigInt(this.#output.end),
    };
  }

  /** Takes a message whose signature was found good. One that does not come after all before it is a replay. */
  receive({ sequence, what }: SessionMessage): void {
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#silent.refresh();
    if (what.case === 'attach') this.#attach(what.value);
    else if (what.case === 'input') this.#type(what.value);
    else if (what.case === 'outputPosition') this.#acknowledged(what.value);
    else if (what.case === 'size') this.#resize(what.value.columns, what.value.rows);
    else if (what.case === 'end') this.#end();
  }

  /** Ends the shell and everything that it started. What it still prints is kept as far as there is room. */
  stop(): void {
    if (this.#stopping === 'yes') return;
    this.#stopping = 'yes';
    this.#endpoint.resume();
    this.#endpoint.hangUp();
    void this.#options.killTree();
  }

  async #live(): Promise<void> {
    const { code, signal } = await this.#endpoint.exited.catch(() => ({ code: 127, signal: undefined }));
    this.stop();
    const exit = { exitCode: code ?? -1, signal: signal ?? '', outputEnd: BigInt(this.#output.end) };
    this.#exited = { case: 'exited', value: exit };
    this.#again();
    await this.#forget.promise;
    this.#resend.stop();
    for (const timer of [this.#longest, this.#silent, this.#tell]) clearTimeout(timer);
  }

  #attach({ turn, outputFrom, outputLimit, redraw }: SessionAttach): void {
    if (turn < this.#turn) return;
    this.#turn = turn;
    const from = Math.max(Number(outputFrom), this.#output.start);
    this.#output.resume(Math.min(from, this.#output.end), Math.max(Number(outputLimit), from));
    if (redraw) this.#redraw(...this.#size);
    this.#tellInput();
    this.#pump();
  }

  #type({ turn, offset, bytes }: SessionInput): void {
    if (turn !== this.#turn) return;
    const received = this.#input.accept(Number(offset), bytes);
    if (received.kind === 'fresh') void this.#write(received.bytes);
    else this.#tellInput();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#endpoint.write(bytes);
    } catch {
      // a terminal that takes nothing more is one whose shell is over: that is told in its place
      return;
    }
    this.#input.consume(bytes.length);
    if (this.#input.due) this.#tellInput();
    else this.#tell ??= setTimeout(() => this.#tellInput(), ACKNOWLEDGE_AFTER_MS);
  }

  #acknowledged({ acknowledged, limit, resend }: StreamPosition): void {
    this.#output.acknowledge({ acknowledged: Number(acknowledged), limit: Number(limit), resend });
    this.#pump();
  }

  #resize(columns: number, rows: number): void {
    this.#size = [columns, rows];
    this.#endpoint.resize(columns, rows);
  }

  /** Programs hear of a size only when it changes. */
  #redraw(columns: number, rows: number): void {
    this.#endpoint.resize(columns, rows > 1 ? rows - 1 : rows + 1);
    this.#endpoint.resize(columns, rows);
  }

  #end(): void {
    if (this.#exited) this.#forget.resolve();
    else this.stop();
  }

  #unheard(): void {
    this.stop();
    this.#forget.resolve();
  }

  #printed(bytes: Uint8Array): void {
    if (bytes.length <= this.#output.room) this.#output.append(bytes);
    this.#pump();
  }

  /** Sends what may be sent, and reads on only while not too much waits. */
  #pump(): void {
    for (let piece = this.#output.next(MOST_DATA); piece; piece = this.#output.next(MOST_DATA))
      this.#options.report({ case: 'output', value: { offset: BigInt(piece.offset), bytes: piece.bytes } });
    if (this.#stopping === 'no') this.#hold(this.#output.end - this.#output.acknowledged >= OUTPUT_WINDOW);
    this.#resend.watch(this.#output.acknowledged, this.#output.waiting || this.#exited !== undefined);
  }

  #hold(tooMuch: boolean): void {
    if (tooMuch === this.#held) return;
    this.#held = tooMuch;
    if (tooMuch) this.#endpoint.pause();
    else this.#endpoint.resume();
  }

  #again(): void {
    this.#output.rewind();
    this.#pump();
    if (this.#exited) this.#options.report(this.#exited);
  }

  #tellInput(): void {
    clearTimeout(this.#tell);
    this.#tell = undefined;
    const { acknowledged, limit, resend } = this.#input.acknowledgement();
    const value = { acknowledged: BigInt(acknowledged), limit: BigInt(limit), resend, turn: this.#turn };
    this.#options.report({ case: 'inputPosition', value });
  }
}
