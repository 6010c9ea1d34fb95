import {
  ACKNOWLEDGE_AFTER_MS,
  decodeFrame,
  encodeFrame,
  type Frame,
  OUTPUT_WINDOW,
  RESEND_AFTER_MS,
  ReceiveWindow,
} from '@muster/terminal';
import type { KeptInput } from './kept-input.ts';
import type { LinkSocket, Size } from './link-options.ts';

/** How long a socket may take to open, and then the service to say welcome: it asks the machine meanwhile. */
export const WELCOME_MS = 20_000;
/** The service hears from an idle client this often, so that it knows of it. */
export const TELL_MS = 10_000;
/** The service says something every 10 s: after so much silence the connection is dead, whatever the socket says. */
export const SILENT_MS = 25_000;
/** The same while something that was typed waits for its acknowledgement. */
export const SILENT_WAITING_MS = 12_000;
const LOOK_MS = 500;

type FrameOf<K extends Frame['kind']> = Extract<Frame, { kind: K }>;

/** What an attachment tells the link. */
export interface AttachmentEvents {
  /** Answers where the output goes on. */
  welcome(frame: FrameOf<'welcome'>): number;
  /** From now on frames can be sent. */
  ready(): void;
  output(bytes: Uint8Array, drawn: () => void): void;
  resized(size: Size): void;
  state(frame: FrameOf<'state'>): void;
  ended(frame: FrameOf<'end'>): void;
  /** Something was acknowledged. */
  acknowledged(): void;
  /** It is of no use any more. Called at most once, and nothing after it. */
  lost(why: string): void;
}

/** One connection of a link: a socket that said HELLO, and the windows of both streams while it lasts. */
export class Attachment {
  readonly #socket: LinkSocket;
  readonly #input: KeptInput;
  readonly #events: AttachmentEvents;
  readonly #looking: ReturnType<typeof setInterval>;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #output: ReceiveWindow | undefined;
  #phase: 'open' | 'closed' = 'open';
  #heardAt = Date.now();
  #toldAt = Date.now();
  #triedAt = Date.now();

  constructor(socket: LinkSocket, hello: FrameOf<'hello'>, input: KeptInput, events: AttachmentEvents) {
    this.#socket = socket;
    this.#input = input;
    this.#events = events;
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => this.send(hello));
    socket.addEventListener('message', ({ data }) => this.#received(data));
    socket.addEventListener('close', ({ reason }) => this.#lose(reason || 'the connection was closed'));
    socket.addEventListener('error', (event) => this.#lose(wordsOf(event)));
  }

  /** Whether the service has taken the HELLO. */
  get isWelcome(): boolean {
    return this.#phase === 'open' && this.#output !== undefined;
  }

  /** The offset of the next byte of output that is wanted; undefined before the welcome. */
  get outputNext(): number | undefined {
    return this.#output?.next;
  }

  /** Sends what was typed, as far as it may go. */
  flush(): void {
    if (!this.#output) return;
    for (let piece = this.#input.next(); piece; piece = this.#input.next()) {
      this.send({ kind: 'data', offset: piece.offset, bytes: piece.bytes });
    }
  }

  /** Sends a frame; nothing once the connection is lost. */
  send(frame: Frame): void {
    if (this.#phase === 'closed') return;
    try {
      this.#socket.send(encodeFrame(frame));
    } catch {
      this.#lose('the connection failed');
    }
  }

  /** Closes it without another word. */
  close(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    clearInterval(this.#looking);
    clearTimeout(this.#telling);
    this.#socket.close();
  }

  #lose(why: string): void {
    if (this.#phase === 'closed') return;
    this.close();
    this.#events.lost(why);
  }

  #received(data: unknown): void {
    if (this.#phase === 'closed') return;
    const frame = data instanceof ArrayBuffer ? decodeFrame(new Uint8Array(data)) : undefined;
    this.#heardAt = Date.now();
    if (!frame || !this.#isTaken(frame)) this.#lose('the service does not keep to the protocol');
  }

  #isTaken(frame: Frame): boolean {
    if (frame.kind === 'end') this.#events.ended(frame);
    else if (frame.kind === 'state') this.#events.state(frame);
    else if (frame.kind === 'welcome') return this.#welcomed(frame);
    else if (frame.kind === 'data') return this.#printed(frame);
    else if (frame.kind === 'ack') return this.#acknowledged(frame);
    else if (frame.kind === 'resize') this.#events.resized(frame);
    else return false;
    return true;
  }

  #welcomed(frame: FrameOf<'welcome'>): boolean {
    if (this.#output) return false;
    this.#output = new ReceiveWindow({ window: OUTPUT_WINDOW, start: this.#events.welcome(frame) });
    this.#tell();
    this.flush();
    this.#events.ready();
    return true;
  }

  #printed({ offset, bytes }: FrameOf<'data'>): boolean {
    const output = this.#output;
    const received = output?.accept(offset, bytes);
    if (!output || !received || received.kind === 'overrun') return false;
    if (received.kind === 'fresh') {
      const { length } = received.bytes;
      // a view: whoever draws it later than now would find that it is gone
      this.#events.output(received.bytes.slice(), () => this.#drawn(output, length));
    } else if (received.kind === 'repeat') this.#soon();
    else if (output.due) this.#tell();
    return true;
  }

  #drawn(output: ReceiveWindow, length: number): void {
    output.consume(length);
    if (output.due) this.#tell();
    else this.#soon();
  }

  #acknowledged(frame: FrameOf<'ack'>): boolean {
    // whoever watches has no input, and hears only that the service is there
    if (!this.#input.isPlaced) return true;
    const before = this.#input.acknowledged;
    if (!this.#input.acknowledge(frame)) return false;
    if (this.#input.acknowledged > before) {
      this.#triedAt = Date.now();
      this.#events.acknowledged();
    }
    this.flush();
    return true;
  }

  #soon(): void {
    this.#telling ??= setTimeout(() => this.#tell(), ACKNOWLEDGE_AFTER_MS);
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    if (!this.#output || this.#phase === 'closed') return;
    this.#toldAt = Date.now();
    this.send({ kind: 'ack', ...this.#output.acknowledgement() });
  }

  #look(): void {
    const now = Date.now();
    const silence = now - this.#heardAt;
    if (!this.#output) {
      if (silence >= WELCOME_MS) this.#lose('no answer');
      return;
    }
    const waiting = this.#input.isWaiting;
    if (silence >= (waiting ? SILENT_WAITING_MS : SILENT_MS)) {
      this.#lose('nothing is heard any more');
      return;
    }
    if (!waiting) this.#triedAt = now;
    else if (now - this.#triedAt >= RESEND_AFTER_MS) {
      this.#triedAt = now;
      this.#input.rewind();
      this.flush();
    }
    if (now - this.#toldAt >= TELL_MS) this.#tell();
  }
}

/** Browsers tell nothing of why; others do. */
function wordsOf(event: object): string {
  return 'message' in event && typeof event.message === 'string' && event.message !== ''
    ? event.message
    : 'the connection failed';
}
