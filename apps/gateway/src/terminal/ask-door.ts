import { type ClientRequest, type OutgoingHttpHeaders, request as requestPlain } from 'node:http';
import { request as requestOverTls } from 'node:https';
import type { Socket } from 'node:net';
import type { Certificates } from '@muster/rpc';
import { type HandshakeRefusal, TERMINAL_PATH } from './handshake.ts';

/** How long session-svc may take to answer a handshake: it decides nothing before the first frame. */
const ANSWER_MS = 5_000;

/** Begins a request to session-svc's door for terminals. */
export type Ask = (headers: OutgoingHttpHeaders) => ClientRequest;

/** A connection to session-svc on which the handshake is done. */
export interface OpenedDoor {
  readonly socket: Socket;
  /** What came behind the handshake already. */
  readonly head: Buffer;
  /** Its proof that it read the client's key. */
  readonly accept: string;
}

/** Asks the door at `host:port`; over TLS with certificates, which are looked at anew for each connection. */
export function doorAt(address: string, certificates: Certificates | undefined): Ask {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  const place = { host, port: Number(address.slice(colon + 1)), path: TERMINAL_PATH, agent: false };
  return (headers) =>
    certificates ? requestOverTls({ ...place, headers, ...certificates.current }) : requestPlain({ ...place, headers });
}

/** Makes the handshake; gives the connection, or why there is none. Until then it ends with `signal`. */
export function askDoor(
  ask: Ask,
  { headers, signal }: { headers: OutgoingHttpHeaders; signal: AbortSignal },
): Promise<OpenedDoor | HandshakeRefusal> {
  const { promise, resolve } = Promise.withResolvers<OpenedDoor | HandshakeRefusal>();
  const request = ask({ ...headers, connection: 'Upgrade', upgrade: 'websocket' });
  const giveUp = () => request.destroy();
  const timer = setTimeout(giveUp, ANSWER_MS);
  signal.addEventListener('abort', giveUp, { once: true });
  request.once('upgrade', ({ headers: { 'sec-websocket-accept': accept = '' } }, socket, head) => {
    if (/^[A-Za-z0-9+/]{27}=$/.test(accept)) return resolve({ socket, head, accept });
    socket.destroy();
    resolve(refused(101));
  });
  request.once('response', (response) => {
    request.destroy();
    resolve(response.statusCode === 503 ? AWAY : refused(response.statusCode));
  });
  request.on('error', () => resolve(AWAY));
  request.once('close', () => resolve(AWAY));
  request.end();
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  });
}

const AWAY: HandshakeRefusal = {
  ...{ outcome: 'away', status: 503, message: 'terminals cannot be reached; try again' },
  headers: { 'retry-after': '1' },
};

/** It answers, and not as it should: somebody has to look at it. */
function refused(status: number | undefined): HandshakeRefusal {
  return { outcome: 'refused', status: 502, message: `the door for terminals answered with status ${status}` };
}
