import { decodeFrame, encodeFrame, type Frame } from '@muster/terminal';
import type { RawData, WebSocket } from 'ws';
import { CLOSE, type CloseCode } from './close-codes.ts';

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
  close(code: CloseCode, reason: string): void {
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
