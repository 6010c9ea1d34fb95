import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { eventually } from '@muster/testkit';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';

/** A terminal as session-svc sees it. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  /** What came, in order. */
  readonly heard: Buffer[];
}

/** Stands in for session-svc's door for terminals, on a real socket. */
export interface ScriptedDoor extends AsyncDisposable {
  readonly address: string;
  readonly visits: Visit[];
  /** The newest visit, once there are so many. */
  visit(count?: number): Promise<Visit>;
}

/** What a test scripts of it. */
export interface DoorScript {
  /** The status that handshakes are refused with. */
  readonly refuseWith?: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer };
}

export async function startDoor({ refuseWith, tls }: DoorScript = {}): Promise<ScriptedDoor> {
  const server = tls ? createHttpsServer({ ...tls, requestCert: true }) : createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const visits: Visit[] = [];
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    if (refuseWith !== undefined) return socket.end(`HTTP/1.1 ${refuseWith} No\r\ncontent-length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const heard: Buffer[] = [];
      webSocket.on('message', (data: Buffer) => heard.push(data));
      webSocket.on('error', () => {});
      visits.push({ request, socket: webSocket, heard });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits,
    visit: (count = 1) =>
      eventually(`visit ${count}`, () => Promise.resolve(visits.length >= count ? visits[count - 1] : undefined)),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Asks the gateway for a terminal; gives the open socket, or the refusal's status and message. */
export async function dialTerminal(
  url: string,
  { path = '/terminal', ...options }: ClientOptions & { path?: string } = {},
): Promise<{ socket: WebSocket } | { status: number; message: string; headers: IncomingMessage['headers'] }> {
  const socket = new WebSocket(url.replace(/^http/, 'ws') + path, { perMessageDeflate: false, ...options });
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof dialTerminal>>>();
  socket.once('open', () => resolve({ socket }));
  socket.once('unexpected-response', async (_, response) => {
    const text = Buffer.concat(await response.toArray()).toString();
    const { message } = JSON.parse(text === '' ? '{"message":""}' : text) as { message: string };
    resolve({ status: response.statusCode!, message, headers: response.headers });
  });
  socket.on('error', reject);
  return promise;
}

/** The same where it must succeed. */
export async function openTerminal(url: string, options?: Parameters<typeof dialTerminal>[1]): Promise<WebSocket> {
  const answer = await dialTerminal(url, options);
  if ('socket' in answer) return answer.socket;
  throw new Error(`${answer.status} ${answer.message}`);
}
