import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket as NodeSocket, type RawData, WebSocketServer } from 'ws';
import { FakeSession } from '../src/fake-session.test-support.ts';
import { type LinkEnd, type LinkSocket, type LinkState, TerminalLink } from '../src/index.ts';

/** A session behind a real WebSocket. */
async function serve(session: FakeSession) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (socket) => {
    const { receive, closed } = session.accept({
      send: (bytes) => socket.send(bytes),
      close: (reason) => socket.close(1008, reason),
    });
    socket.on('message', (data: RawData) => receive(new Uint8Array(data as Buffer)));
    socket.on('close', closed);
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/terminal`,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it.each<[string, (url: string) => LinkSocket]>([
  ['of ws', (url) => new NodeSocket(url)],
  ['of the platform', (url) => new WebSocket(url)],
])('a link works with the WebSocket %s, and comes back when the connection breaks', async (_, connect) => {
  using session = new FakeSession();
  await using server = await serve(session);
  session.onInput = (bytes) => session.print(bytes);
  let screen = '';
  const over = Promise.withResolvers<LinkEnd>();
  const states: LinkState['kind'][] = [];
  const link = new TerminalLink({
    connect: () => connect(server.url),
    ticket: async () => ({ ticket: 'ticket', token: 'token' }),
    mayRetry: () => true,
    role: 'drive',
    size: { columns: 80, rows: 24 },
    handlers: {
      output: (bytes, drawn) => {
        screen += Buffer.from(bytes).toString();
        drawn();
      },
      reset: () => undefined,
      state: ({ kind }) => void states.push(kind),
      ended: over.resolve,
    },
  });
  link.open();
  link.type(Buffer.from('before '));
  await expect.poll(() => screen).toBe('before ');
  session.dropClients('going away');
  link.type(Buffer.from('after'));
  await expect.poll(() => screen).toBe('before after');
  session.end({ exitCode: 7 });
  expect(await over.promise).toEqual({ kind: 'ended', reason: 'EXITED', exitCode: 7, signal: '' });
  expect(states).toEqual(['connecting', 'live', 'reconnecting', 'reconnecting', 'live']);
});

it('a link says what the server answered instead of opening a socket', async () => {
  const { createServer } = await import('node:http');
  const server = createServer().on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const why = Promise.withResolvers<string>();
  const link = new TerminalLink({
    connect: () => new NodeSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/terminal`),
    ticket: async () => ({ ticket: 'ticket', token: 'token' }),
    mayRetry: () => true,
    role: 'drive',
    size: { columns: 80, rows: 24 },
    handlers: {
      output: () => undefined,
      reset: () => undefined,
      state: (state) => void (state.kind === 'reconnecting' && why.resolve(state.why)),
      ended: () => undefined,
    },
  });
  link.open();
  expect(await why.promise).toBe('Unexpected server response: 403');
  link.detach();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
