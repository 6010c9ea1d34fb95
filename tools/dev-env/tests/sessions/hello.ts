import { decodeFrame, encodeFrame, FRAME_VERSION, type Frame } from '@muster/terminal';
import { type ClientOptions, WebSocket } from 'ws';

/** What a stranger at the door has to show. */
export interface Shown {
  readonly ticket: string;
  readonly token: string;
}

/** What became of a hello: `welcome`, or nothing but the end of the socket. */
export interface Answer {
  readonly frames: readonly Frame[];
  /** The WebSocket's close code; undefined while it is open. */
  readonly code: number | undefined;
  readonly socket: WebSocket;
}

/** Says hello as no client of Muster would have to, and waits for the first frame or the end. */
export async function sayHello(
  url: string,
  { ticket, token }: Shown,
  { first, path = '/terminal', ...options }: ClientOptions & { first?: Uint8Array | string; path?: string } = {},
): Promise<Answer> {
  const socket = new WebSocket(url.replace(/^http/, 'ws') + path, { perMessageDeflate: false, ...options });
  const frames: Frame[] = [];
  const hello = { kind: 'hello', version: FRAME_VERSION, columns: 80, rows: 24, from: undefined } as const;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  socket.once('open', () => socket.send(first ?? encodeFrame({ ...hello, ticket, token })));
  socket.once('error', reject);
  socket.on('message', (data: Buffer) => {
    const frame = decodeFrame(data);
    if (!frame) return reject(new Error('what came is no frame'));
    frames.push(frame);
    resolve({ frames, code: undefined, socket });
  });
  socket.once('close', (code) => resolve({ frames, code, socket }));
  return promise;
}

/** Whether it was let in. */
export function isWelcome({ frames }: Answer): boolean {
  return frames[0]?.kind === 'welcome';
}
