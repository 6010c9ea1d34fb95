import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { tc3Signature, tc3StringsToSign } from '@muster/signature';

/** A POST that is signed by TC3, byte for byte, to be sent as often as one likes. */
export interface RawRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is signed, and what the signer leaves to chance otherwise. */
export interface RawOptions {
  readonly url: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly action: string;
  readonly version?: string;
  readonly parameters: object;
  /** Off the clock, in seconds. */
  readonly offset?: number;
  /** Beside `content-type` and `host`. */
  readonly alsoSigned?: readonly string[];
  /** Sent beside the others. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The inside of an answer. */
export interface RawAnswer {
  readonly RequestId: string;
  readonly Error?: { readonly Code: string; readonly Message: string };
  readonly [field: string]: unknown;
}

/** Signs a request as the rules say, so that a test can change it afterwards. */
export function rawRequest({ url, secretId, secretKey, action, version, parameters, ...rest }: RawOptions): RawRequest {
  const { offset = 0, alsoSigned = [], headers: more = {} } = rest;
  const body = JSON.stringify(parameters);
  const timestamp = String(Math.floor(Date.now() / 1_000) + offset);
  const headers: Record<string, string> = {
    ...{ host: new URL(url).host, 'content-type': 'application/json', 'x-tc-action': action },
    ...{ 'x-tc-version': version ?? '2020-10-28', 'x-tc-timestamp': timestamp, ...more },
  };
  const scope = {
    date: new Date(Number(timestamp) * 1_000).toISOString().slice(0, 10),
    service: 'tat',
    signedHeaders: ['content-type', 'host', ...alsoSigned],
  };
  const covered = { method: 'POST', query: '', body: Buffer.from(body), timestamp };
  const [stringToSign] = tc3StringsToSign({ ...covered, header: (name) => headers[name] }, scope);
  const signature = tc3Signature(secretKey, { ...scope, stringToSign: stringToSign! });
  const credential = `${secretId}/${scope.date}/${scope.service}/tc3_request`;
  headers.authorization = `TC3-HMAC-SHA256 Credential=${credential}, SignedHeaders=${scope.signedHeaders.join(';')}, Signature=${signature}`;
  return { headers, body };
}

/** Sends these very bytes, from another address of this machine when one is given. */
export async function send(
  url: string,
  { headers, body }: RawRequest,
  localAddress: string = '127.0.0.1',
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    httpRequest({ hostname, port, localAddress, method: 'POST', path: '/', headers, agent: false }, resolve)
      .once('error', reject)
      .end(body);
  });
  return (JSON.parse(await text(response)) as { Response: RawAnswer }).Response;
}
