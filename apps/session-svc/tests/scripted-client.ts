import { once } from 'node:events';
import { FORWARDED_FOR, FORWARDER_TOKEN } from '@muster/rpc';
import {
  decodeFrame,
  encodeFrame,
  FRAME_VERSION,
  type Frame,
  INPUT_WINDOW,
  MOST_DATA,
  OUTPUT_WINDOW,
  ReceiveWindow,
  SendWindow,
} from '@muster/terminal';
import { eventually } from '@muster/testkit';
import { WebSocket } from 'ws';

type FrameOf<K extends Frame['kind']> = Extract<Frame, { kind: K }>;

/** What a client brings. */
export interface Bringing {
  readonly ticket: string;
  readonly token: string;
  readonly columns?: number;
  readonly rows?: number;
  /** How far it has seen the output. */
  readonly from?: number | undefined;
  /** What it typed at other connections. */
  readonly input?: SendWindow;
}

/** A client of the door that does as a test says. */
export class ScriptedClient {
  readonly frames: Frame[] = [];
  /** What was printed since the welcome. */
  text = '';
  /** Whether what is printed is acknowledged. */
  draws: boolean = true;
  welcome: FrameOf<'welcome'> | undefined;
  ended: FrameOf<'end'> | undefined;
  closed: { readonly code: number; readonly reason: string } | undefined;
  /** What was typed and may have to be sent again. */
  input: SendWindow | undefined;
  readonly #socket: WebSocket;
  readonly #decoder = new TextDecoder();
  #output: ReceiveWindow | undefined;
  #held = 0;

  private constructor(socket: WebSocket, input: SendWindow | undefined) {
    this.#socket = socket;
    this.input = input;
    socket.on('message', (data: Buffer) => this.#take(decodeFrame(new Uint8Array(data))!));
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  /** Opens a socket as the gateway does. */
  static async connect(door: Door): Promise<ScriptedClient> {
    const socket = await open(door);
    return new ScriptedClient(socket, undefined);
  }

  /** Opens one and says HELLO; resolves at the welcome, or when the service has closed it. */
  static async hello(door: Door, bringing: Bringing): Promise<ScriptedClient> {
    const client = new ScriptedClient(await open(door), bringing.input);
    const { ticket, token, columns = 80, rows = 24, from } = bringing;
    client.send({ kind: 'hello', version: FRAME_VERSION, columns, rows, from, ticket, token });
    await eventually('a welcome', () => client.welcome ?? client.ended ?? client.closed);
    return client;
  }

  /** The offset of the next byte of output that is wanted. */
  get outputNext(): number {
    return this.#output?.next ?? 0;
  }

  send(frame: Frame): void {
    this.#socket.send(encodeFrame(frame));
  }

  sendRaw(data: Uint8Array | string): void {
    this.#socket.send(data);
  }

  type(text: string | Uint8Array): void {
    this.input!.append(typeof text === 'string' ? Buffer.from(text) : text);
    this.#flush();
  }

  /** Acknowledges everything that came while nothing was drawn. */
  draw(): void {
    this.draws = true;
    this.#output?.consume(this.#held);
    this.#held = 0;
    this.#acknowledge();
  }

  /** The network is cut. */
  cut(): void {
    this.#socket.terminate();
  }

  leave(): void {
    this.send({ kind: 'end', reason: '', exitCode: undefined, signal: '' });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.#socket.close();
    await eventually('the close', () => this.closed);
  }

  async until(pattern: string): Promise<string> {
    await eventually(`${JSON.stringify(pattern)} to be printed`, () => this.text.includes(pattern));
    return this.text;
  }

  #take(frame: Frame): void {
    this.frames.push(frame);
    if (frame.kind === 'welcome') this.#welcomed(frame);
    else if (frame.kind === 'data') this.#printed(frame);
    else if (frame.kind === 'end') this.ended = frame;
    else if (frame.kind === 'ack' && this.welcome?.drives) {
      if (!this.input!.acknowledge(frame)) throw new Error('the service acknowledges what was never sent');
      this.#flush();
    }
  }

  #welcomed(frame: FrameOf<'welcome'>): void {
    this.welcome = frame;
    this.#output = new ReceiveWindow({ window: OUTPUT_WINDOW, start: frame.outputFrom });
    if (!frame.drives) return;
    this.input ??= new SendWindow({ capacity: 4 * INPUT_WINDOW, limit: frame.inputLimit, start: frame.inputNext });
    if (!this.input.resume(frame.inputNext, frame.inputLimit)) throw new Error('the service wants what is gone');
    this.#flush();
  }

  #printed({ offset, bytes }: FrameOf<'data'>): void {
    const received = this.#output!.accept(offset, bytes);
    if (received.kind === 'overrun') throw new Error('the service sends more than was granted');
    if (received.kind !== 'fresh') throw new Error(`a hole or a repeat at ${offset}`);
    this.text += this.#decoder.decode(received.bytes, { stream: true });
    if (this.draws) {
      this.#output!.consume(received.bytes.length);
      this.#acknowledge();
    } else this.#held += received.bytes.length;
  }

  #acknowledge(): void {
    this.send({ kind: 'ack', ...this.#output!.acknowledgement() });
  }

  #flush(): void {
    for (let piece = this.input!.next(MOST_DATA); piece; piece = this.input!.next(MOST_DATA))
      this.send({ kind: 'data', ...piece });
  }
}

/** Where the door is, and how to be the gateway at it. */
export interface Door {
  readonly address: string;
  readonly headers: () => Promise<Record<string, string>>;
}

/** The headers of the gateway. */
export function gatewayHeaders(token: string): Record<string, string> {
  return { [FORWARDED_FOR]: '203.0.113.7', [FORWARDER_TOKEN]: token };
}

async function open({ address, headers }: Door): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${address}/terminal`, { headers: await headers(), perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}
