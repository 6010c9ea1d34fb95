import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { SessionMessageSchema, type SessionReport, SessionReportSchema } from '@muster/contract';
import { INPUT_WINDOW, OUTPUT_WINDOW, ReceiveWindow, SendWindow } from '@muster/terminal';
import { expect, onTestFinished } from 'vitest';
import { nativePty } from './native-pty.ts';
import { openPty } from './pty.ts';
import { Shell, type ShellOptions } from './shell.ts';

const native = nativePty();
/** Where there are terminals: without the addon these tests fail. */
export const onLinux = process.platform === 'linux';
const TICK_MS = 10;

/** The service's end of a shell, and a wire on which messages of both directions get lost. */
export class Service {
  output = new ReceiveWindow({ window: OUTPUT_WINDOW });
  readonly input = new SendWindow({ capacity: 2 * INPUT_WINDOW, limit: 0 });
  readonly shell: Shell;
  readonly exits: SessionReport['what'][] = [];
  readonly printed: Uint8Array[] = [];
  /** Every so many messages are lost; 0 for none. */
  lossy = 0;
  wire: 'whole' | 'cut' = 'whole';
  /** How much output it said that it has. */
  acknowledged = 0;
  #count = 0;
  #sequence = 0n;
  #turn = 0;

  constructor(script: string, more: Partial<ShellOptions> = {}) {
    const env = { PATH: process.env.PATH!, TERM: 'dumb' };
    const program = { file: 'bash', args: ['-c', script], env, columns: 80, rows: 24 };
    this.shell = new Shell({
      sessionId: 'ses-shelltest',
      silentMs: 20_000,
      longestMs: 20_000,
      columns: 80,
      rows: 24,
      open: ({ output }) => openPty(native!, program, output),
      killTree: async () => undefined,
      report: (what) => this.#gets(() => this.#hear(create(SessionReportSchema, { what }).what)),
      ...more,
    });
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    onTestFinished(async () => {
      clearInterval(ticking);
      this.lossy = 0;
      this.send({ case: 'end', value: { reason: 'test' } });
      this.shell.stop();
    });
  }

  get text(): string {
    return Buffer.concat(this.printed).toString();
  }

  send(what: MessageInitShape<typeof SessionMessageSchema>['what']) {
    const message = create(SessionMessageSchema, { sequence: ++this.#sequence, what });
    this.#gets(() => this.shell.receive(message));
    return message;
  }

  attach() {
    this.output = new ReceiveWindow({ window: OUTPUT_WINDOW, start: this.output.next });
    this.send({
      case: 'attach',
      value: {
        turn: ++this.#turn,
        outputFrom: BigInt(this.output.next),
        outputLimit: BigInt(this.output.limit),
        redraw: false,
      },
    });
  }

  type(bytes: Uint8Array) {
    this.input.append(bytes);
  }

  #gets(deliver: () => void) {
    this.#count++;
    if (this.lossy === 0 || this.#count % this.lossy !== 0) setImmediate(deliver);
  }

  #hear(what: SessionReport['what']) {
    if (what.case === 'exited') this.exits.push(what);
    if (what.case === 'inputPosition') {
      const { acknowledged, limit, resend } = what.value;
      this.input.acknowledge({ acknowledged: Number(acknowledged), limit: Number(limit), resend });
    }
    if (what.case !== 'output' || this.wire === 'cut') return;
    const received = this.output.accept(Number(what.value.offset), what.value.bytes);
    expect(received.kind).not.toBe('overrun');
    if (received.kind !== 'fresh') return;
    this.printed.push(received.bytes);
    this.output.consume(received.bytes.length);
  }

  /** As the real one will: says where it stands, and sends what it may. */
  #tick() {
    if (this.wire === 'cut' || this.#turn === 0) return;
    const { acknowledged, limit, resend } = this.output.acknowledgement();
    this.acknowledged = acknowledged;
    this.send({
      case: 'outputPosition',
      value: { acknowledged: BigInt(acknowledged), limit: BigInt(limit), resend },
    });
    for (let piece = this.input.next(4_096); piece; piece = this.input.next(4_096)) {
      const value = { turn: this.#turn, offset: BigInt(piece.offset), bytes: piece.bytes };
      this.send({ case: 'input', value });
    }
    if (this.#count % 40 === 0) this.input.rewind();
  }
}
