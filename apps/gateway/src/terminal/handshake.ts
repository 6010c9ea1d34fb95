import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { SECURITY_HEADERS } from '../site.ts';

/** Where terminals are opened. */
export const TERMINAL_PATH = '/terminal';

/** Why there is no terminal: for the client and, by `outcome`, for the metrics. */
export interface HandshakeRefusal {
  readonly outcome: 'malformed' | 'origin' | 'rate' | 'full' | 'away' | 'refused' | 'stopping';
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether this request asks for a terminal; every other `Upgrade` header means nothing here. */
export function wantsTerminal({ method, url = '', headers }: IncomingMessage): boolean {
  if (method !== 'GET' || url.split('?', 1)[0] !== TERMINAL_PATH) return false;
  return (headers.upgrade ?? '').toLowerCase().trim() === 'websocket';
}

/** What is wrong with the form of a handshake, if anything is. */
export function handshakeFault({
  url,
  headers,
}: Pick<IncomingMessage, 'url' | 'headers'>): HandshakeRefusal | undefined {
  const malformed = (status: number, message: string, more = {}): HandshakeRefusal => ({
    ...{ outcome: 'malformed', status, message, headers: more },
  });
  // a ticket in an address would stand in logs and histories
  if (url !== TERMINAL_PATH) return malformed(400, 'a terminal takes no query: tickets go into the first frame');
  if ('transfer-encoding' in headers || (headers['content-length'] ?? '0') !== '0') {
    return malformed(400, 'a terminal is asked for without a body');
  }
  if (headers['sec-websocket-version'] !== '13') {
    return malformed(426, 'the version of the WebSocket protocol must be 13', { 'sec-websocket-version': '13' });
  }
  if (!/^[A-Za-z0-9+/]{22}==$/.test(headers['sec-websocket-key'] ?? '')) {
    return malformed(400, 'the header Sec-WebSocket-Key must be 16 bytes in base64');
  }
  return undefined;
}

/** Answers a handshake with a refusal, in the form of every other refusal that is no method's, and hangs up. */
export function refuseHandshake(socket: Socket, { status, message, headers = {} }: HandshakeRefusal): void {
  const body = JSON.stringify({ message });
  const fields = {
    ...SECURITY_HEADERS,
    ...headers,
    connection: 'close',
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': String(Buffer.byteLength(body)),
  };
  socket.end(`${head(status, fields)}${body}`);
  socket.destroySoon();
}

/** Answers a handshake with what session-svc proved that it read: from then on the connection is a WebSocket. */
export function acceptHandshake(socket: Socket, accept: string): void {
  socket.write(head(101, { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-accept': accept }));
}

function head(status: number, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`;
}
