import { decodeFrame, encodeFrame, type Frame } from '@muster/terminal';
import type { RawData, WebSocket } from 'ws';

/** Why the service closes a socket. Clients tell people the reason; with any of these but the first they may ask for another ticket. */
export const CLOSE = {
  /** The session is over, or a watcher wanted to leave. */
  OVER: 1000,
  /** The service stops. */
  AWAY: 1001,
  /** What came is no frame, or not one that may come now. */
  FAULT: 4400,
  /** Ticket and token open nothing. */
  NOT_KNOWN: 4401,
  /** Not allowed, or not any more. */
  DENIED: 4403,
  /** Nothing came in time. */
  TOO_LATE: 4408,
  /** It takes too little, or there are too many. */
  TOO_MUCH: 4429,
  /** Something that has to be asked does not answer. */
  UNAVAILABLE: 4503,
} as const;

/** The longest frame is a HELLO or a TOKEN with a token of 64 KiB. */
export const MOST_FRAME = 66_560;
/** So much may wait in the socket. Windows bound output far below; what else is said is small, and this bounds it. */
const MOST_WAITING = 1_048_576;
/** The reason of a close has so much room, in UTF-8. */
const MOST_REASON = 123;

/** What a socket hears. */
export interface SocketListener {
  frame(frame: Frame): void;
  /** It is gone, whoever closed it. Comes once, and nothing after it. */
  gone(): void;
}

/** One client's WebSocket, in frames. */
export class ClientSocket {
  /** Where the client is, as the gateway says. */
  readonly peerAddress: string;
  readonly #socket: WebSocket;
  #listener: SocketListener | undefined;
  #state: 'open' | 'gone' = 'open';
  #answered: 'yes' | 'no' = 'yes';

  constructor(socket: WebSocket, peerAddress: string) {
    this.#socket = socket;
    this.peerAddress = peerAddress;
    socket.binaryType = 'nodebuffer';
    socket.on('message', (data, isBinary) => this.#received(data, isBinary));
    socket.on('pong', () => {
      this.#answered = 'yes';
    });
    // what is no WebSocket any more is closed beside that
    socket.on('error', () => undefined);
    socket.on('close', () => this.#gone());
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** From now on this one hears; until then nothing may come. */
  listen(listener: SocketListener): void {
    this.#listener = listener;
    if (this.#state === 'gone') listener.gone();
  }

  /** Sends a frame; nothing once the socket is gone. */
  send(frame: Frame): void {
    if (this.#state === 'gone') return;
    this.#socket.send(encodeFrame(frame));
    if (this.#socket.bufferedAmount > MOST_WAITING) this.#socket.terminate();
  }

  /** Closes it, with a reason for people. */
  close(code: (typeof CLOSE)[keyof typeof CLOSE], reason: string): void {
    if (this.#state === 'gone') return;
    this.#socket.close(code, fitting(reason));
    this.#gone();
  }

  /** Does not wait for the other side any more. */
  drop(): void {
    this.#socket.terminate();
  }

  /** Asks whether anybody is there; drops a socket that has not answered the last time. */
  probe(): void {
    if (this.#state === 'gone' || this.#answered === 'no') this.#socket.terminate();
    else this.#socket.ping();
    this.#answered = 'no';
  }

  #received(data: RawData, isBinary: boolean): void {
    if (this.#state === 'gone') return;
    this.#answered = 'yes';
    const frame = isBinary ? decodeFrame(data as Buffer) : undefined;
    if (frame && this.#listener) this.#listener.frame(frame);
    else this.close(CLOSE.FAULT, 'this is not what a terminal says');
  }

  #gone(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#listener?.gone();
  }
}

function fitting(reason: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(reason).subarray(0, MOST_REASON - 2), { stream: true });
}
