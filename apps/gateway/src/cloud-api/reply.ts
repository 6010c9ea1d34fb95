import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import type { Request, Response } from '../one-port.ts';

/** How long a client that is still sending may take to look at the answer. */
const LINGER_MS = 1_000;

/** Whatever happens, HTTP says 200: clients read the code of a refusal from the body, and look into no other answer. */
export async function reply(request: Request, response: Response, requestId: string, body: string): Promise<void> {
  const trace = request.headers['x-tc-traceid'];
  const complete = request.complete;
  (response as ServerResponse).writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-request-id': requestId,
    ...(typeof trace === 'string' && /^[\w-]{1,64}$/.test(trace) ? { 'x-tc-traceid': trace } : {}),
    ...(complete || 'stream' in request ? {} : { connection: 'close' }),
  });
  if (complete) response.end(body);
  else await leave(request, response, body);
}

/**
 * Answers a request whose rest nobody will read. Closing at once would make the kernel throw away what is on its way to the client, so the
 * client gets the time to take the answer and to close.
 */
async function leave(request: Request, response: Response, body: string): Promise<void> {
  if ('stream' in request) {
    response.end(body);
    await once(response, 'finish');
    request.stream.close(constants.NGHTTP2_NO_ERROR);
    return;
  }
  (response as ServerResponse).write(body);
  await once(request.socket, 'close', { signal: AbortSignal.timeout(LINGER_MS) }).catch(() => undefined);
  response.end();
}
