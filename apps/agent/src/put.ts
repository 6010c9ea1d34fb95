import { createReadStream } from 'node:fs';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StorageAnswer } from './domain/upload.ts';

/** The first bytes of a file. */
export interface FilePart {
  readonly file: string;
  readonly length: number;
}

/** As long as curl waits before it sends a body to a server that does not say whether it wants it. */
const CONTINUE_MS = 1_000;
const BODY_MAX_BYTES = 4_096;

/**
 * Puts the parts, one after the other, at an address, in constant memory. Gives the answer, whatever it is; follows no redirect and uses
 * no proxy. Rejects when there is none, and when the signal aborts.
 */
export async function put(address: string, parts: readonly FilePart[], signal: AbortSignal): Promise<StorageAnswer> {
  signal.throwIfAborted();
  const url = new URL(address);
  const { request, Agent } = url.protocol === 'https:' ? https : http;
  // not the global one, which the environment may send through a proxy
  const agent = new Agent();
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const sending = request(url, {
    method: 'PUT',
    agent,
    signal,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': length,
      // a refusal comes before the body, and is not lost in a connection that breaks while it is sent
      ...(length > 0 ? { Expect: '100-continue' } : {}),
    },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.once('response', resolve);
    // it may also break after the answer
    sending.on('error', reject);
  });
  try {
    if (length === 0) sending.end();
    // a fault of the sending is the request's, too
    else if (await isWanted(sending, answered)) pipeline(Readable.from(bytesOf(parts)), sending).catch(() => {});
    const answer = await answered;
    return { status: answer.statusCode ?? 0, body: await beginningOf(answer) };
  } finally {
    sending.destroy();
    agent.destroy();
  }
}

/** Whether the body is to be sent: the server asks for it, or says nothing. */
function isWanted(sending: ClientRequest, answered: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (wanted: boolean) => () => {
      clearTimeout(timer);
      resolve(wanted);
    };
    const timer = setTimeout(settle(true), CONTINUE_MS);
    sending.once('continue', settle(true));
    answered.then(settle(false), settle(false));
  });
}

async function* bytesOf(parts: readonly FilePart[]): AsyncGenerator<Buffer> {
  for (const { file, length } of parts) if (length > 0) yield* createReadStream(file, { end: length - 1 });
}

async function beginningOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer) {
    pieces.push(piece);
    length += piece.length;
    if (length >= BODY_MAX_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, BODY_MAX_BYTES).toString();
}
