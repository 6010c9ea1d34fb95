import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type Certificates,
  forwardedAddress,
  type HeaderLookup,
  type ListenerSecurity,
  listenerCertificates,
  type ServiceKeys,
} from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import { WebSocketServer } from 'ws';
import type { FrameOf } from './relay/audience.ts';
import { ClientSocket, MOST_FRAME } from './relay/client-socket.ts';
import { CLOSE } from './relay/close-codes.ts';

/** The first frame must come within this time. */
const HELLO_MS = 5_000;
/** Sockets are asked so often whether anybody is there; one that has not answered the last time is dropped. */
const PROBE_MS = 15_000;

/** So long clients may take to hear that the service stops. */
const GOODBYE_MS = 1_000;

/** What the door is made of. */
export interface TerminalDoorOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string;
  readonly security: ListenerSecurity;
  /** With the gateway's among them: nobody else is let in. */
  readonly serviceKeys: ServiceKeys;
  readonly logger: Logger;
  /** Takes a socket that said who it is. */
  readonly hello: (socket: ClientSocket, hello: FrameOf<'hello'>) => Promise<void>;
}

/** The running door. */
export interface TerminalDoor extends AsyncDisposable {
  /** `host:port` with the real port. */
  readonly address: string;
}

/** Opens the door for the WebSockets of terminals, which the gateway passes on. Nothing else is served here. */
export async function openTerminalDoor(options: TerminalDoorOptions): Promise<TerminalDoor> {
  const { listen, security, logger, serviceKeys } = options;
  const certificates = listenerCertificates(listen, security, logger, 'MUSTER_TERMINAL_LISTEN');
  const server = certificates ? overTls(certificates) : createServer(SETTINGS);
  const sockets = new WebSocketServer({
    noServer: true,
    // what is typed and printed is small or compressed already, and how well it compresses tells of what it is
    perMessageDeflate: false,
    maxPayload: MOST_FRAME,
    clientTracking: false,
  });
  const open = new Set<ClientSocket>();
  server.on('request', (_request, response) => response.writeHead(404).end());
  server.on('upgrade', (request: IncomingMessage, connection: Socket, early: Buffer) => {
    connection.on('error', () => connection.destroy());
    void admitted(request, serviceKeys).then((peerAddress) => {
      if (peerAddress === undefined) return refuse(connection);
      connection.setNoDelay(true);
      sockets.handleUpgrade(request, connection, early, (webSocket) => {
        const socket = new ClientSocket(webSocket, peerAddress);
        open.add(socket);
        webSocket.once('close', () => open.delete(socket));
        awaitHello(socket, options);
      });
    });
  });
  const probing = setInterval(() => {
    for (const socket of [...open]) socket.probe();
  }, PROBE_MS);
  const address = await bind(server, listen);
  logger.info({ address }, 'serving terminals');
  return {
    address,
    async [Symbol.asyncDispose]() {
      clearInterval(probing);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of [...open]) socket.close(CLOSE.AWAY, 'the service restarts');
      const dropping = setTimeout(() => {
        for (const socket of [...open]) socket.drop();
      }, GOODBYE_MS);
      server.closeIdleConnections();
      await closed;
      clearTimeout(dropping);
    },
  };
}

const SETTINGS = { maxHeaderSize: 16 << 10, headersTimeout: 10_000, requestTimeout: 10_000, noDelay: true };

function overTls(certificates: Certificates): Server {
  const { cert, key, ca } = certificates.current;
  const server = createHttpsServer({ ...SETTINGS, cert, key, ca, requestCert: ca !== undefined });
  const renew: Parameters<Certificates['addIdentityCertificateListener']>[0] = (renewed) => {
    if (renewed)
      server.setSecureContext({ cert: renewed.certificate, key: renewed.privateKey, ca: certificates.current.ca });
  };
  certificates.addIdentityCertificateListener(renew);
  server.once('close', () => certificates.removeIdentityCertificateListener(renew));
  return server;
}

/** Where the client is, for requests that the gateway passed on; undefined for all others. */
async function admitted({ method, url, headers }: IncomingMessage, keys: ServiceKeys): Promise<string | undefined> {
  if (method !== 'GET' || url !== '/terminal' || headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
  const header: HeaderLookup = (name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return forwardedAddress(header, keys);
}

function refuse(connection: Duplex): void {
  connection.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function awaitHello(socket: ClientSocket, { hello }: TerminalDoorOptions): void {
  const late = setTimeout(() => socket.close(CLOSE.TOO_LATE, 'the first frame did not come in time'), HELLO_MS);
  socket.listen({
    frame(frame) {
      clearTimeout(late);
      if (frame.kind !== 'hello') return socket.close(CLOSE.FAULT, 'the first frame has to be HELLO');
      // until it is let in or not, nothing else may come
      socket.listen({
        frame: () => socket.close(CLOSE.FAULT, 'this may not come before the welcome'),
        gone: () => undefined,
      });
      void hello(socket, frame);
    },
    gone: () => clearTimeout(late),
  });
}

async function bind(server: Server, listen: string): Promise<string> {
  const { hostname, port } = new URL(`http://${listen}`);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), host, resolve);
  });
  return `${hostname}:${(server.address() as AddressInfo).port}`;
}
