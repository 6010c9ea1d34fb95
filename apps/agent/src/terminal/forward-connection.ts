import { connect, type Socket } from 'node:net';
import type { SessionOrder } from '@muster/contract';
import {
  BrokenStream,
  type FileFault,
  type ForwardMessage,
  faultOf,
  forwardMessages,
  MessageStream,
  MOST_DATA,
} from '@muster/terminal';
import { hostAndPort } from '../domain/host-and-port.ts';
import { CannotStart } from '../supervisor/account.ts';
import type { Endpoint, EndpointExit, EndpointSink, Openable } from './endpoint.ts';

/** How long a host may take to answer. */
const CONNECT_MS = 10_000;

/** One TCP connection to where the order says (docs/file-transfer.md). Throws CannotStart. */
export async function forwardConnection({ forwardTo }: SessionOrder): Promise<Openable> {
  const to = hostAndPort(forwardTo);
  if (!to) throw new CannotStart(`\`${forwardTo}\` is no host with a port`);
  return { name: forwardTo, open: (sink) => new ForwardEndpoint(to, sink) };
}

class ForwardEndpoint implements Endpoint {
  readonly exited: Promise<EndpointExit>;
  readonly #socket: Socket;
  readonly #sink: EndpointSink;
  readonly #stream = new MessageStream({ incoming: forwardMessages, outgoing: forwardMessages });
  #fault: FileFault | undefined;

  constructor(to: { host: string; port: number }, sink: EndpointSink) {
    this.#sink = sink;
    this.#socket = connect({ ...to, allowHalfOpen: true, noDelay: true });
    const tooLate = setTimeout(
      () => this.#socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })),
      CONNECT_MS,
    );
    this.#socket.on('connect', () => {
      clearTimeout(tooLate);
      this.#say({ kind: 'open' });
    });
    this.#socket.on('data', (bytes) => {
      for (let at = 0; at < bytes.length; at += MOST_DATA)
        this.#say({ kind: 'data', bytes: bytes.subarray(at, at + MOST_DATA) });
    });
    this.#socket.on('end', () => this.#say({ kind: 'eof' }));
    this.#socket.on('error', (error) => {
      this.#fault ??= faultOf(error);
    });
    this.exited = new Promise((resolve) => {
      this.#socket.on('close', () => {
        clearTimeout(tooLate);
        if (this.#fault) this.#say({ kind: 'fault', code: this.#fault.code, detail: this.#fault.detail });
        resolve({ code: this.#fault ? 1 : 0, signal: undefined });
      });
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    const written: Promise<void>[] = [];
    // without a wait in between: what is written next would come before the rest of this
    for (const message of this.#read(bytes)) {
      if (message.kind === 'data') written.push(this.#written(message.bytes));
      else if (message.kind === 'eof') this.#socket.end();
    }
    await Promise.all(written);
  }

  resize(): void {}

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  hangUp(): void {
    this.#socket.destroy();
  }

  /** Whoever does not keep to the protocol is cut off. */
  #read(bytes: Uint8Array): ForwardMessage[] {
    try {
      return this.#stream.read(bytes);
    } catch (error) {
      if (error instanceof BrokenStream) this.#socket.destroy();
      throw error;
    }
  }

  #written(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  #say(message: ForwardMessage): void {
    this.#sink.output(this.#stream.write(message));
  }
}
