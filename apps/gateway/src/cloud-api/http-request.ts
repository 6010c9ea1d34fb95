import { Refusal } from '@muster/kernel';
import type { Request } from '../one-port.ts';

/** A request to the cloud's API as its headers say it. */
export interface ApiHead {
  readonly method: 'GET' | 'POST';
  /** The raw query string without `?`. */
  readonly query: string;
  /** A header's value by its name in lower case, trimmed. Refusal: InvalidParameter for one that came more than once. */
  readonly header: (name: string) => string | undefined;
}

/** The same with its whole body. */
export interface ApiRequest extends ApiHead {
  readonly body: Buffer;
}

/**
 * Whether a request is one of the cloud's clients: `POST /`, or a `GET /` that is signed. Any other `GET /` wants the console's page.
 */
export function isApiRequest({ method, url = '', headers }: Request): boolean {
  const [path, query] = split(url);
  if (path !== '/') return false;
  if (method === 'POST') return true;
  if (method !== 'GET') return false;
  const signed = headers['x-tc-action'] !== undefined || headers.authorization?.startsWith('TC3-') === true;
  return signed || /(^|&)(Action|SecretId)=/.test(query);
}

export function headOf({ method, url = '', rawHeaders }: Request): ApiHead {
  const values = new Map<string, string[]>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    values.set(name, [...(values.get(name) ?? []), rawHeaders[at + 1]!.trim()]);
  }
  const header = (name: string) => {
    // what HTTP/2 has in place of the host header counts before it
    const [value, ...others] = (name === 'host' ? values.get(':authority') : undefined) ?? values.get(name) ?? [];
    // which of them was signed, and which one counts, would be anybody's guess
    if (others.length === 0) return value;
    throw new Refusal('invalid', 'InvalidParameter', `the header \`${name}\` is given more than once`, { field: name });
  };
  return { method: method as 'GET' | 'POST', query: split(url)[1], header };
}

function split(url: string): [path: string, query: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}
