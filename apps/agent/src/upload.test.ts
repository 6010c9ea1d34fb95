import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { eventually, tempDirectory } from '@muster/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { uploadOutput } from './upload.ts';

const SIGNATURE = 'X-Amz-Signature=5ecret';
let cleanup: AsyncDisposableStack;
let folder: string;
beforeEach(() => {
  cleanup = new AsyncDisposableStack();
  folder = cleanup.use(tempDirectory()).path;
});
afterEach(() => cleanup.disposeAsync());

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A storage that answers as told, and what it was asked. */
async function storage(answer: (request: IncomingMessage, response: ServerResponse, turn: number) => unknown) {
  const requests: IncomingMessage[] = [];
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    requests.push(request);
    answer(request, response, requests.length);
  };
  const server = createServer(serve);
  // the server decides itself whether it wants the body
  server.on('checkContinue', serve);
  cleanup.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: await listen(server), requests };
}

function parts(...contents: Uint8Array[]) {
  return contents.map((content, index) => {
    const file = join(folder, String(index));
    writeFileSync(file, content);
    return { file, length: content.length };
  });
}

function upload(
  url: string,
  files = parts(Buffer.from('out')),
  limits: Partial<Parameters<typeof uploadOutput>[2]> = {},
) {
  return uploadOutput({ putUrl: `${url}/bucket/key?${SIGNATURE}`, outputUrl: 'known as' }, files, {
    limitMs: 10_000,
    cancelled: undefined,
    signal: new AbortController().signal,
    ...limits,
  });
}

it('puts the parts one after the other, no more of a file than was asked, and says how many bytes come', async () => {
  const [one, other] = [randomBytes(3_000_000), randomBytes(70_001)];
  let body: Buffer | undefined;
  const { url, requests } = await storage(async (request, response) => {
    response.writeContinue();
    body = await buffer(request);
    response.end();
  });
  const [first, second] = parts(one, Buffer.concat([other, Buffer.from('later')]));
  expect(await upload(url, [first!, { ...second!, length: other.length }])).toEqual({
    outputUrl: 'known as',
    outputUploadError: '',
  });
  expect(body?.equals(Buffer.concat([one, other]))).toBe(true);
  expect(requests).toHaveLength(1);
  const { method, url: path, headers } = requests[0]!;
  expect([method, path, headers['content-length']]).toEqual(['PUT', `/bucket/key?${SIGNATURE}`, '3070001']);
  expect(headers['transfer-encoding']).toBeUndefined();
});

it('makes an empty object of no output', async () => {
  const { url, requests } = await storage((_, response) => response.end());
  expect(await upload(url, parts(Buffer.of(), Buffer.of()))).toMatchObject({ outputUploadError: '' });
  expect(requests[0]?.headers['content-length']).toBe('0');
});

it('sends the body to a server that does not say that it wants it', async () => {
  let body: Buffer | undefined;
  const { url } = await storage(async (request, response) => {
    body = await buffer(request);
    response.end();
  });
  expect(await upload(url)).toMatchObject({ outputUploadError: '' });
  expect(body?.toString()).toBe('out');
});

it('keeps the body of what is refused, and says why without the signature', async () => {
  const { url, requests } = await storage((_, response) => {
    response.writeHead(403);
    response.end(`<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>${SIGNATURE}</CanonicalRequest></Error>`);
  });
  expect(await upload(url, parts(randomBytes(5_000_000)))).toEqual({
    outputUrl: '',
    outputUploadError: 'the storage answered 403 SignatureDoesNotMatch',
  });
  expect(requests).toHaveLength(1);
});

it('T13: goes nowhere else when it is told to', async () => {
  const elsewhere = await storage((_, response) => response.end());
  const { url } = await storage((_, response) => response.writeHead(307, { location: elsewhere.url }).end());
  expect((await upload(url)).outputUploadError).toBe('the storage answered 307');
  expect(elsewhere.requests).toEqual([]);
});

it('tries again what may pass', async () => {
  const { url, requests } = await storage((request, response, turn) => {
    if (turn === 1) request.socket.destroy();
    else if (turn === 2) response.writeHead(503).end();
    else response.end();
  });
  expect(await upload(url)).toMatchObject({ outputUrl: 'known as', outputUploadError: '' });
  expect(requests).toHaveLength(3);
});

it('gives up in the end', async () => {
  const { url, requests } = await storage((_, response) => response.writeHead(500).end('<Code>InternalError</Code>'));
  expect((await upload(url)).outputUploadError).toBe('the storage answered 500 InternalError');
  expect(requests).toHaveLength(3);
});

it('says that nobody is there', async () => {
  const server = createTcpServer();
  const url = await listen(server);
  server.close();
  const { outputUploadError } = await upload(url);
  expect(outputUploadError).toBe(`the storage ${new URL(url).host} could not be reached: connection refused`);
});

it('says that it took too long, whatever it was that took it', async () => {
  const silent = await storage(() => {});
  const words = 'the upload was not done within the 0.2 s that it had';
  expect(await upload(silent.url, undefined, { limitMs: 200 })).toEqual({ outputUrl: '', outputUploadError: words });
  const mute = createTcpServer();
  cleanup.defer(() => void mute.close());
  const sockets = new Set<{ destroy(): void }>();
  mute.on('connection', (socket) => sockets.add(socket));
  expect((await upload(await listen(mute), undefined, { limitMs: 200 })).outputUploadError).toBe(words);
  for (const socket of sockets) socket.destroy();
  const deaf = await storage((_, response) => response.writeContinue());
  const much = parts(Buffer.alloc(20_000_000));
  expect((await upload(deaf.url, much, { limitMs: 200 })).outputUploadError).toBe(words);
});

it('ends with the run, and stops with the agent', async () => {
  const { url, requests } = await storage((_, response) => response.writeContinue());
  const cancelled = new AbortController();
  const one = upload(url, undefined, { cancelled: cancelled.signal });
  await eventually('the request', () => requests.length === 1);
  cancelled.abort();
  expect((await one).outputUploadError).toBe('the run was cancelled before the upload was done');

  const stop = new AbortController();
  const other = upload(url, undefined, { signal: stop.signal });
  await eventually('another request', () => requests.length === 2);
  stop.abort(new Error('stopping'));
  await expect(other).rejects.toThrow('stopping');
});

it('says that the service has no address for it', async () => {
  const none = { putUrl: '', outputUrl: 'known as' };
  const limits = { limitMs: 1, cancelled: undefined, signal: new AbortController().signal };
  expect(await uploadOutput(none, [], limits)).toEqual({
    outputUrl: '',
    outputUploadError: 'the service has no credentials for this storage any more',
  });
});
