import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificates } from '@muster/rpc';
import { cutSlowClient } from './slow-clients.ts';

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;
export type RequestHandler = (request: Request, response: Response) => void;

/** How long clients may take; all in milliseconds. */
export interface Patience {
  /** From connecting to the first bytes, and from the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** From the start of a request to the end of its body. */
  readonly requestMs: number;
  /** Without taking any of the answer that waits for it. */
  readonly stallMs: number;
  /** Without a request or a stream on an HTTP/2 connection. */
  readonly idleMs: number;
}

export const PATIENCE: Patience = { headersMs: 10_000, requestMs: 30_000, stallMs: 60_000, idleMs: 300_000 };

/** Calls under way get this long to finish when the port closes. */
const DRAIN_MS = 5_000;
const IDLE_CHECK_MS = 100;
const MAX_HEADER_BYTES = 16 << 10;
/** Bytes of a request's target that calls of API 3.0 may have. */
export const MAX_TARGET_BYTES = 32 << 10;
/** How far the parsers read: a target that is a little too long still gets an answer that says so. */
const MAX_HEAD_BYTES = MAX_HEADER_BYTES + MAX_TARGET_BYTES + (8 << 10);
/** The bytes that every HTTP/2 connection with prior knowledge begins with, as far as they differ from any HTTP/1 method. */
const PREFACE = 'PRI';

/** An open port. */
export interface OnePort extends AsyncDisposable {
  /** `host:port` with the real port. */
  readonly address: string;
}

/** Takes connections over that stop speaking HTTP. Only clients of HTTP/1.1 can ask for that: extended CONNECT (RFC 8441) is not offered. */
export interface Upgrades {
  /** Whether this request asks for it; an `Upgrade` header that nobody wants means nothing. */
  wants(request: IncomingMessage): boolean;
  /** `early` is what came behind the request. From here on the connection is its own: nothing else ends it, but for the end of the port. */
  take(request: IncomingMessage, socket: Socket, early: Buffer): void;
}

/** How a port is opened. */
export interface PortOptions {
  readonly patience?: Patience | undefined;
  /** Connections at the same time; more are closed at once. */
  readonly connections?: number;
  /** With them the port speaks TLS, without them plaintext. */
  readonly certificates?: Certificates | undefined;
  readonly upgrades?: Upgrades | undefined;
}

/**
 * One port for HTTP/1.1 (browsers, curl) and HTTP/2 (gRPC), with TLS, where clients choose by ALPN, or without, where they know beforehand.
 * The HTTP/1 server owns the port, with its time limits and its orderly close; connections that begin with HTTP/2's preface are handed over
 * before it sees them.
 */
export async function openPort(
  listen: string,
  handler: RequestHandler,
  { patience = PATIENCE, connections = Number.POSITIVE_INFINITY, certificates, upgrades }: PortOptions = {},
): Promise<OnePort> {
  const guarded: RequestHandler = (request, response) => {
    // what the parsers count holds the target too, and Node only tells HTTP/2 clients of its limit
    if (headerBytes(request) > MAX_HEADER_BYTES) return refuseHeaders(request, response);
    cutSlowClient(request, response, patience);
    try {
      handler(request, response);
    } catch {
      // a request target or authority that is no URL; one bad request must not end the process
      if (response.headersSent) request.destroy();
      else (response as ServerResponse).writeHead(400).end();
    }
  };
  const settings = {
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: patience.headersMs,
    requestTimeout: patience.requestMs,
    connectionsCheckingInterval: Math.min(patience.headersMs, 5_000),
    keepAliveTimeout: 60_000,
    keepAlive: true,
    noDelay: true,
    shouldUpgradeCallback: (request: IncomingMessage) => upgrades?.wants(request) ?? false,
  };
  const http1 = certificates ? overTls(certificates, patience, settings, guarded) : createServer(settings, guarded);
  http1.maxConnections = connections;
  http1.on('upgrade', (request, socket: Socket, early) => {
    if (headerBytes(request) > MAX_HEADER_BYTES) socket.destroy();
    else upgrades?.take(request, socket, early);
  });
  const http2 = createHttp2Server({
    settings: { maxConcurrentStreams: 256, maxHeaderListSize: MAX_HEAD_BYTES },
    maxHeaderListPairs: 128,
  });
  http2.on('request', guarded);
  const sessions = new Set<Http2Session>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    closeIdle(session, patience.idleMs);
  });

  const connected = certificates ? 'secureConnection' : 'connection';
  const serveHttp1 = http1.listeners(connected) as ((socket: Socket) => void)[];
  http1.removeAllListeners(connected);
  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  http1.on('connection', (socket: Socket) => keep(sockets, socket));
  http1.on(connected, (socket: Socket) => {
    keep(undecided, socket);
    sniff(socket, patience.headersMs, (protocol) => {
      undecided.delete(socket);
      if (protocol === 'http2') http2.emit('connection', socket);
      else for (const serve of serveHttp1) serve.call(http1, socket);
    });
  });

  const address = await bind(http1, listen);
  return {
    address,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => http1.close(() => resolve()));
      for (const socket of undecided) socket.destroy();
      for (const session of sessions) session.close();
      // a connection that was busy when the port closed becomes idle later and would be kept alive for another request
      const idle = setInterval(() => http1.closeIdleConnections(), IDLE_CHECK_MS);
      const force = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, DRAIN_MS);
      await closed;
      clearInterval(idle);
      clearTimeout(force);
    },
  };
}

/** The same server behind TLS. A certificate that is renewed is shown to whoever connects from then on. */
function overTls(
  certificates: Certificates,
  patience: Patience,
  settings: ServerOptions,
  handler: RequestHandler,
): Server {
  const { cert, key } = certificates.current;
  const server = createHttpsServer(
    { ...settings, cert, key, ALPNProtocols: ['h2', 'http/1.1'], handshakeTimeout: patience.headersMs },
    handler,
  );
  const renew: Parameters<Certificates['addIdentityCertificateListener']>[0] = (renewed) => {
    if (renewed) server.setSecureContext({ cert: renewed.certificate, key: renewed.privateKey });
  };
  certificates.addIdentityCertificateListener(renew);
  server.once('close', () => certificates.removeIdentityCertificateListener(renew));
  return server;
}

/** IPv4 callers of a dual-stack socket read as the IPv4 addresses they are, for policies that name them. */
export function addressOf(remote: string | undefined): string {
  return (remote ?? '').replace(/^::ffff:/, '');
}

function keep(set: Set<Socket>, socket: Socket): void {
  set.add(socket);
  socket.once('close', () => set.delete(socket));
}

/** Bytes of the headers without the target, which HTTP/2 sends among them. */
function headerBytes({ rawHeaders, headers, httpVersionMajor }: Request): number {
  const target = httpVersionMajor === 2 ? String(headers[':path'] ?? '').length : 0;
  return rawHeaders.reduce((bytes, text) => bytes + text.length, -target);
}

function refuseHeaders(request: Request, response: Response): void {
  (response as ServerResponse).writeHead(431, request.httpVersionMajor === 2 ? {} : { connection: 'close' }).end();
}

/** An HTTP/2 connection that asks for nothing costs memory all the same; HTTP/1.1 has its `keepAliveTimeout` for them. */
function closeIdle(session: Http2Session, idleMs: number): void {
  let open = 0;
  session.on('stream', (stream) => {
    open++;
    stream.once('close', () => {
      open--;
    });
  });
  // a callback of `setTimeout` itself would be called once, and that may be while a quiet stream is open
  session.setTimeout(idleMs);
  session.on('timeout', () => {
    if (open === 0) session.close();
  });
}

function bind(server: Server, listen: string): Promise<string> {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: host.replace(/^\[|\]$/g, ''), port: Number(listen.slice(colon + 1)) }, () => {
      server.off('error', reject);
      resolve(`${host}:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** Waits for enough bytes to tell the protocols apart and puts them back for the one that it is. */
function sniff(socket: Socket, patienceMs: number, decide: (protocol: 'http1' | 'http2') => void): void {
  const drop = () => socket.destroy();
  socket.on('error', drop);
  socket.setTimeout(patienceMs, drop);
  let head = Buffer.alloc(0);
  const look = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) {
      if (socket.readableEnded) drop();
      return;
    }
    head = Buffer.concat([head, chunk]);
    const begin = head.toString('latin1', 0, PREFACE.length);
    // putting bytes back before the decision would make 'readable' fire again at once, for ever
    if (begin.length < PREFACE.length && PREFACE.startsWith(begin)) return;
    socket.off('readable', look);
    socket.off('timeout', drop);
    socket.setTimeout(0);
    socket.unshift(head);
    decide(begin === PREFACE ? 'http2' : 'http1');
  };
  socket.on('readable', look);
  socket.once('end', drop);
}
