import { tc3Signature, tc3StringsToSign, v1Signature, v1StringsToSign } from '@muster/signature';
import { expect } from 'vitest';
import { ROOT, secretOf } from './signatures.ts';

/** A request of API 3.0 that is sent as it is, by whatever carries it. */
export interface Signed {
  readonly method: 'GET' | 'POST';
  /** `/` with its query. */
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer<ArrayBuffer>;
}

export interface SignOptions {
  readonly host: string;
  readonly action: string;
  readonly version?: string;
  readonly secretId?: string;
  readonly method?: 'GET' | 'POST';
  readonly contentType?: string;
  /** The body of a POST, the query of a GET; `{}` when absent. */
  readonly content?: string | Uint8Array;
  /** Besides those that the signature needs; they are not signed. */
  readonly headers?: Record<string, string>;
}

const DATE = '2026-11-22';
const TIMESTAMP = String(Date.parse(DATE) / 1_000);

/** A request signed with TC3-HMAC-SHA256 as the SDKs sign. */
export function tc3({
  host,
  action,
  version = '2020-10-28',
  secretId = ROOT,
  method = 'POST',
  contentType = 'application/json',
  content = method === 'GET' ? '' : '{}',
  headers: more = {},
}: SignOptions): Signed {
  const sent = Buffer.from(content as string);
  const [query, body] = method === 'GET' ? [sent.toString(), Buffer.alloc(0)] : ['', sent];
  const headers: Record<string, string> = {
    host,
    'content-type': contentType,
    'x-tc-action': action,
    'x-tc-version': version,
    'x-tc-timestamp': TIMESTAMP,
    ...more,
  };
  const signedHeaders = ['content-type', 'host'];
  const scope = { date: DATE, service: 'tat', signedHeaders };
  const header = (name: string) => headers[name];
  const [stringToSign] = tc3StringsToSign({ method, query, body, header, timestamp: TIMESTAMP }, scope);
  const signature = tc3Signature(secretOf(secretId), { ...scope, stringToSign: stringToSign! });
  headers.authorization ??= `TC3-HMAC-SHA256 Credential=${secretId}/${DATE}/tat/tc3_request, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  return { method, target: query === '' ? '/' : `/?${query}`, headers, body: body as Buffer<ArrayBuffer> };
}

/** A request signed with version 1. */
export function v1(
  { host, method }: { host: string; method: 'GET' | 'POST' },
  parameters: Record<string, string>,
): Signed {
  const all = new URLSearchParams({
    Version: '2020-10-28',
    SecretId: ROOT,
    Timestamp: TIMESTAMP,
    Nonce: '7',
    SignatureMethod: 'HmacSHA256',
    ...parameters,
  });
  all.set(
    'Signature',
    v1Signature(secretOf(all.get('SecretId')!), 'HmacSHA256', v1StringsToSign(method, host, all)[0]!),
  );
  return method === 'GET'
    ? { method, target: `/?${all}`, headers: { host }, body: Buffer.alloc(0) }
    : {
        method,
        target: '/',
        headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(String(all)),
      };
}

/** The inside of an answer. */
export type Answer = { RequestId: string; Error?: { Code: string; Message: string } } & Record<string, unknown>;

/** Speaks API 3.0 to a gateway. */
export interface ApiClient {
  readonly host: string;
  /** Every answer is checked for what all have: HTTP 200, JSON, a request id in body and header. */
  send(request: Signed): Promise<Answer>;
  /** Signs with TC3 and sends. */
  call(options: Omit<SignOptions, 'host'>): Promise<Answer>;
}

export function apiClient(url: string): ApiClient {
  const { host } = new URL(url);
  const send = async ({ method, target, headers: { host: _, ...headers }, body }: Signed) => {
    const answer = await fetch(url + target, { method, headers, ...(method === 'POST' ? { body } : {}) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    const { Response } = (await answer.json()) as { Response: Answer };
    expect(Response.RequestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-request-id')).toBe(Response.RequestId);
    return Response;
  };
  return { host, send, call: (options) => send(tc3({ host, ...options })) };
}

/** The code of the refusal that it is; undefined for none. */
export async function codeOf(answer: Promise<Answer>): Promise<string | undefined> {
  return (await answer).Error?.Code;
}

/** A body of `multipart/form-data`, written out. */
export function partsOf(boundary: string, parts: [disposition: string, content: string | Uint8Array][]): Buffer {
  const written = parts.flatMap(([disposition, content]) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...written, Buffer.from(`--${boundary}--\r\n`)]);
}
