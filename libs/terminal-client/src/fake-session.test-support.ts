import {
  decodeFrame,
  encodeFrame,
  type Frame,
  INPUT_WINDOW,
  KEPT_OUTPUT,
  MOST_DATA,
  OUTPUT_WINDOW,
  RESEND_AFTER_MS,
  ReceiveWindow,
  Ring,
  SendWindow,
} from '@muster/terminal';

type FrameOf<K extends Frame['kind']> = Extract<Frame, { kind: K }>;

/** How a fake session reaches one client. */
export interface FakeWire {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(reason: string): void;
}

interface Attached {
  readonly wire: FakeWire;
  readonly drives: boolean;
  readonly output: SendWindow;
}

/** A session as clients see it, for their tests: service, machine and shell in one, without any of them. `@muster/terminal-client/testing`. */
export class FakeSession implements Disposable {
  /** Every HELLO that came. */
  readonly hellos: FrameOf<'hello'>[] = [];
  /** Every other frame of clients but data and acknowledgements. */
  readonly said: Exclude<Frame, { kind: 'hello' | 'data' | 'ack' }>[] = [];
  /** What the shell does with what is typed. */
  onInput: (bytes: Uint8Array) => void = () => undefined;
  /** What a ticket is for; undefined refuses it. */
  roleOf: (ticket: string) => 'drive' | 'watch' | undefined = () => 'drive';
  graceSeconds = 60;
  recordsOutput = true;
  readonly #input: ReceiveWindow;
  readonly #printed: Ring;
  readonly #attached = new Set<Attached>();
  readonly #timers: readonly NodeJS.Timeout[];
  #typed: Uint8Array[] = [];
  #reading: 'yes' | 'no' = 'yes';
  #unread = 0;
  #turn = 0;
  #end: FrameOf<'end'> | undefined;

  /** The offsets at which its streams begin. */
  constructor({ input = 0, output = 0 } = {}) {
    this.#input = new ReceiveWindow({ window: INPUT_WINDOW, start: input });
    this.#printed = new Ring(KEPT_OUTPUT, output);
    this.#timers = [
      setInterval(() => this.#each((client) => this.#acknowledge(client)), 10_000).unref(),
      setInterval(() => this.#each((client) => this.#again(client)), RESEND_AFTER_MS).unref(),
    ];
  }

  /** Everything that was typed. */
  get typed(): string {
    return Buffer.concat(this.#typed).toString();
  }

  /** Who is connected. */
  get clients(): number {
    return this.#attached.size;
  }

  /** A client's connection: what it says goes to `receive`, and `closed` when it is gone. */
  accept(wire: FakeWire): { receive(bytes: Uint8Array): void; closed(): void } {
    let client: Attached | undefined;
    return {
      receive: (bytes) => {
        const frame = decodeFrame(bytes);
        if (!frame) wire.close('no frame');
        else if (frame.kind === 'hello') client = this.#hello(wire, frame);
        else if (client) this.#take(client, frame);
      },
      closed: () => void (client && this.#attached.delete(client)),
    };
  }

  /** The shell prints. */
  print(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    this.#printed.append(bytes);
    this.#each((client) => {
      client.output.append(bytes);
      this.#flush(client);
    });
  }

  /** The session is over. */
  end(end: Partial<Omit<FrameOf<'end'>, 'kind'>> = {}): void {
    this.#end = { kind: 'end', reason: 'EXITED', exitCode: 0, signal: '', ...end };
    this.#each((client) => this.#finish(client));
  }

  /** Says a frame to everybody. */
  say(frame: Frame): void {
    this.#each(({ wire }) => wire.send(encodeFrame(frame)));
  }

  /** Somebody else drives from now on and types this. */
  takeOver(text = ''): void {
    this.#turn++;
    this.say({ kind: 'state', state: 'taken over', until: undefined });
    if (text !== '') this.#read(this.#input.next, Buffer.from(text));
  }

  /** Breaks every connection. */
  dropClients(reason = 'dropped'): void {
    this.#each(({ wire }) => wire.close(reason));
    this.#attached.clear();
  }

  /** The program does not read what is typed. */
  stopReading(): void {
    this.#reading = 'no';
  }

  /** It does again. */
  readOn(): void {
    this.#reading = 'yes';
    this.#input.consume(this.#unread);
    this.#unread = 0;
    this.#each((client) => this.#acknowledge(client));
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.dropClients();
  }

  #hello(wire: FakeWire, hello: FrameOf<'hello'>): Attached | undefined {
    this.hellos.push(hello);
    const role = this.roleOf(hello.ticket);
    if (!role) {
      wire.close('the ticket is not valid');
      return undefined;
    }
    const { columns, rows, from } = hello;
    const drives = role === 'drive';
    if (drives) this.#turn++;
    const kept = from !== undefined && from >= this.#printed.start && from <= this.#printed.end;
    const outputFrom = kept ? from : this.#printed.start;
    const output = new SendWindow({ capacity: KEPT_OUTPUT, limit: outputFrom + OUTPUT_WINDOW, start: outputFrom });
    output.append(this.#printed.read(outputFrom, KEPT_OUTPUT));
    const client = { wire, drives, output };
    this.#attached.add(client);
    const { limit: inputLimit } = this.#input.acknowledgement();
    const recording = { recordsOutput: this.recordsOutput, recordsInput: false };
    const times = { graceSeconds: this.graceSeconds, idleSeconds: 900, longestSeconds: 43_200 };
    const where = {
      drives,
      turn: this.#turn,
      inputNext: this.#input.next,
      inputLimit,
      outputFrom,
      reset: from !== undefined && !kept,
    };
    wire.send(encodeFrame({ kind: 'welcome', ...where, columns, rows, ...recording, ...times }));
    this.#flush(client);
    return client;
  }

  #take(client: Attached, frame: Frame): void {
    if (frame.kind === 'data') {
      if (client.drives) this.#read(frame.offset, frame.bytes);
      this.#acknowledge(client);
    } else if (frame.kind === 'ack') {
      if (!client.output.acknowledge(frame)) client.wire.close('impossible acknowledgement');
      this.#flush(client);
    } else if (frame.kind !== 'hello') {
      this.said.push(frame);
      if (frame.kind === 'end') this.end({ reason: 'CLOSED', exitCode: undefined });
    }
  }

  #read(offset: number, bytes: Uint8Array): void {
    const received = this.#input.accept(offset, bytes);
    if (received.kind !== 'fresh') return;
    this.#typed.push(received.bytes.slice());
    if (this.#reading === 'yes') this.#input.consume(received.bytes.length);
    else this.#unread += received.bytes.length;
    this.onInput(received.bytes);
  }

  #acknowledge({ wire }: Attached): void {
    wire.send(encodeFrame({ kind: 'ack', ...this.#input.acknowledgement() }));
  }

  #again(client: Attached): void {
    if (!client.output.waiting) return;
    client.output.rewind();
    this.#flush(client);
  }

  #flush(client: Attached): void {
    for (let piece = client.output.next(MOST_DATA); piece; piece = client.output.next(MOST_DATA)) {
      client.wire.send(encodeFrame({ kind: 'data', ...piece }));
    }
    this.#finish(client);
  }

  /** Who has everything is told how it ended. */
  #finish({ wire, output }: Attached): void {
    if (this.#end && output.acknowledged === this.#printed.end) wire.send(encodeFrame(this.#end));
  }

  #each(tell: (client: Attached) => void): void {
    for (const client of [...this.#attached]) tell(client);
  }
}
