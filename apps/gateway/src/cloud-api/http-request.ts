import { Refusal } from '@muster/kernel';
import type { Request } from '../one-port.ts';

/** A request to the cloud's API as it came, with its whole body. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** The raw query string without `?`. */
  readonly query: string;
  /** A header's value by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
}

/** Most bytes of a body: far more than any action takes, and what the services take at most. */
const MAX_BODY_BYTES = 4 << 20;

/**
 * Whether a request is one of the cloud's clients: `POST /`, or a `GET /` that is signed. Any other `GET /` wants the console's page.
 */
export function isApiRequest({ method, url = '', headers }: Request): boolean {
  const [path, query = ''] = split(url);
  if (path !== '/') return false;
  if (method === 'POST') return true;
  if (method !== 'GET') return false;
  return headers['x-tc-action'] !== undefined || /(^|&)Action=/.test(query);
}

/** Reads the request to its end. Refusal: RequestSizeLimitExceeded. */
export async function readRequest(request: Request): Promise<ApiRequest> {
  const { method, url = '', headers } = request;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new Refusal(
        'invalid',
        'RequestSizeLimitExceeded',
        `a body may have ${MAX_BODY_BYTES} bytes, this one has more`,
      );
    }
    chunks.push(chunk);
  }
  const header = (name: string) => {
    // HTTP/2 has no host header
    const value = headers[name] ?? (name === 'host' ? headers[':authority'] : undefined);
    return Array.isArray(value) ? value.join(', ') : value;
  };
  return { method: method as 'GET' | 'POST', query: split(url)[1] ?? '', header, body: Buffer.concat(chunks) };
}

function split(url: string): [path: string, query?: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url] : [url.slice(0, mark), url.slice(mark + 1)];
}
