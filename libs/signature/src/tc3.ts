import { createHash, createHmac } from 'node:crypto';

/** The name of the method, as the Authorization header begins. */
export const TC3 = 'TC3-HMAC-SHA256';

/** What a client put into the Authorization header of a request signed with TC3-HMAC-SHA256. */
export interface Tc3Authorization {
  readonly secretId: string;
  /** UTC date of the credential scope, `YYYY-MM-DD`. */
  readonly date: string;
  /** Service of the credential scope: what the client takes from its endpoint, any text without a slash. */
  readonly service: string;
  /** Names in lower case, in the order in which they were signed. */
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal characters in lower case. */
  readonly signature: string;
}

/** The parts of a request that TC3-HMAC-SHA256 covers, as they came. */
export interface Tc3Request {
  readonly method: string;
  /** The raw query string without `?`; empty for POST. */
  readonly query: string;
  /** A header's value by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
  /** Seconds since 1970, as `X-TC-Timestamp` said. */
  readonly timestamp: string;
}

const AUTHORIZATION =
  /^TC3-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{4}-\d\d-\d\d)\/([^/,\s]+)\/tc3_request\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-f]{64})\s*$/;

/** Reads an Authorization header; undefined when it is not one of this method. */
export function parseTc3Authorization(header: string): Tc3Authorization | undefined {
  const match = AUTHORIZATION.exec(header);
  if (!match) return undefined;
  const [secretId, date, service, signedHeaders, signature] = match.slice(1) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { secretId, date, service, signedHeaders: signedHeaders.split(';'), signature };
}

/**
 * The texts that the signature may be over: clients sign the host with or without its port (the Node SDK leaves it out of a
 * non-default endpoint, others keep it).
 */
export function tc3StringsToSign(
  request: Tc3Request,
  { date, service, signedHeaders }: Pick<Tc3Authorization, 'date' | 'service' | 'signedHeaders'>,
): string[] {
  const host = request.header('host') ?? '';
  const texts = hostsAsSigned(host).map((each) => {
    const headers = signedHeaders.map((name) => `${name}:${headerAsSigned(name, request.header(name) ?? '', each)}\n`);
    const canonical = [
      request.method,
      '/',
      request.method === 'GET' ? request.query : '',
      headers.join(''),
      signedHeaders.join(';'),
      payloadHash(request),
    ].join('\n');
    return [TC3, request.timestamp, `${date}/${service}/tc3_request`, sha256(canonical)].join('\n');
  });
  return [...new Set(texts)];
}

/** The signature of one of these texts, in hexadecimal. */
export function tc3Signature(
  secretKey: string,
  { date, service, stringToSign }: { date: string; service: string; stringToSign: string },
): string {
  return hmac(tc3SigningKey(secretKey, date, service), stringToSign).toString('hex');
}

/** The key of one date and one service, from which the secret cannot be computed. */
export function tc3SigningKey(secretKey: string, date: string, service: string): Buffer {
  return hmac(hmac(hmac(`TC3${secretKey}`, date), service), 'tc3_request');
}

/** The host as it was sent, and without its port. */
export function hostsAsSigned(host: string): string[] {
  const bare = host.replace(/:\d+$/, '');
  return bare === host ? [host] : [host, bare];
}

function headerAsSigned(name: string, value: string, host: string): string {
  if (name === 'host') return host.trim().toLowerCase();
  // the published rule lower-cases every value, the clients only this one
  return name === 'x-tc-action' ? value.trim().toLowerCase() : value.trim();
}

function payloadHash({ method, header, body }: Tc3Request): string {
  if (header('x-tc-content-sha256') === 'UNSIGNED-PAYLOAD') return sha256('UNSIGNED-PAYLOAD');
  return sha256(method === 'GET' ? '' : body);
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
