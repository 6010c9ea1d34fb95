import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { create } from '@bufbuild/protobuf';
import { SessionOrderSchema, SessionProgram } from '@muster/contract';
import { type ForwardMessage, forwardMessages, MessageStream } from '@muster/terminal';
import { expect, it, onTestFinished } from 'vitest';
import type { Endpoint } from './endpoint.ts';
import { forwardConnection } from './forward-connection.ts';

/** A server on a free port of this machine. */
async function listening(connected: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, connected).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function forwarded(forwardTo: string) {
  const order = create(SessionOrderSchema, { sessionId: 'ses-forwards', forwardTo, program: SessionProgram.FORWARD });
  const stream = new MessageStream({ incoming: forwardMessages, outgoing: forwardMessages });
  const heard: ForwardMessage[] = [];
  const endpoint: Endpoint = (await forwardConnection(order)).open({
    output: (bytes) => heard.push(...stream.read(new Uint8Array(bytes))),
    report: () => undefined,
  });
  onTestFinished(() => endpoint.hangUp());
  const say = (message: ForwardMessage) => endpoint.write(stream.write(message));
  const text = () => Buffer.concat(heard.flatMap((each) => (each.kind === 'data' ? [each.bytes] : []))).toString();
  const sayAll = (...messages: ForwardMessage[]) =>
    endpoint.write(Buffer.concat(messages.map((each) => stream.write(each))));
  return { endpoint, heard, say, sayAll, text };
}

it('carries bytes both ways, and an end of one side without the other’s', async () => {
  const server = await listening((socket) => {
    let all = '';
    socket.setEncoding('utf8').on('data', (text) => {
      all += text;
    });
    // it speaks once it has heard everything
    socket.on('end', () => socket.end(`heard ${all}`));
  });
  const { endpoint, heard, say, text } = await forwarded(`127.0.0.1:${portOf(server)}`);
  await say({ kind: 'data', bytes: Buffer.from('one ') });
  await say({ kind: 'data', bytes: Buffer.from('two') });
  await say({ kind: 'eof' });
  expect(await endpoint.exited).toEqual({ code: 0, signal: undefined });
  expect(text()).toBe('heard one two');
  expect(heard[0]).toEqual({ kind: 'open' });
  expect(heard.at(-1)).toEqual({ kind: 'eof' });
});

it('keeps the order of bytes that come faster than they are written', async () => {
  const server = await listening((socket) => socket.pipe(socket));
  const { endpoint, sayAll, text } = await forwarded(`127.0.0.1:${portOf(server)}`);
  const data = (letters: string) => ({ kind: 'data' as const, bytes: Buffer.from(letters) });
  await Promise.all([sayAll(data('a'), data('b')), sayAll(data('c'), data('d')), sayAll(data('e'), { kind: 'eof' })]);
  expect(await endpoint.exited).toEqual({ code: 0, signal: undefined });
  expect(text()).toBe('abcde');
});

it('says that nobody listens', async () => {
  const server = await listening(() => undefined);
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  const { endpoint, heard } = await forwarded(`127.0.0.1:${port}`);
  expect(await endpoint.exited).toMatchObject({ code: 1 });
  expect(heard).toEqual([{ kind: 'fault', code: 'refused', detail: 'ECONNREFUSED' }]);
});

it('waits while nobody reads', async () => {
  const flood = Buffer.alloc(1 << 20, 'x');
  let sent = 0;
  const server = await listening((socket) => {
    const more = () => {
      while (socket.write(flood)) sent += flood.length;
      sent += flood.length;
    };
    socket.on('drain', more).on('error', () => undefined);
    more();
  });
  const { endpoint, text } = await forwarded(`127.0.0.1:${portOf(server)}`);
  endpoint.pause();
  await expect.poll(() => sent).toBeGreaterThan(0);
  const read = text().length;
  const before = sent;
  await new Promise((resolve) => setImmediate(resolve));
  expect(text().length).toBe(read);
  endpoint.resume();
  await expect.poll(() => text().length).toBeGreaterThan(before + flood.length);
});

it('is cut off when what it is told is nothing', async () => {
  const server = await listening((socket) => void socket.on('error', () => undefined));
  const { endpoint } = await forwarded(`127.0.0.1:${portOf(server)}`);
  await expect(endpoint.write(Uint8Array.of(0, 0, 0, 0))).rejects.toThrow('a message of 0 bytes');
  await endpoint.exited;
});

it('goes nowhere when the order names no place', async () => {
  await expect(forwarded('/run/docker.sock')).rejects.toThrow('`/run/docker.sock` is no host with a port');
});
