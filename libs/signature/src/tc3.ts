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

/** Names of headers are those of HTTP, in lower case. Blanks may stand around commas. */
const AUTHORIZATION =
  /^TC3-HMAC-SHA256 +Credential=([^/, ]+)\/(\d{4}-\d\d-\d\d)\/([^/, ]+)\/tc3_request *, *SignedHeaders=([a-z0-9!#$%&'*+.^_`|~;-]+) *, *Signature=([0-9a-f]{64})$/;

/** Headers that every signature must cover. */
const ALWAYS_SIGNED = ['content-type', 'host'];

/** Reads an Authorization header; undefined when it is not one of this method. Whether the signed headers will do is `signedHeadersFault`'s. */
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
 * What is wrong with the list of signed headers of a request, as a sentence for its sender; undefined when nothing is. A header that the
 * list names but nobody sent would be signed as empty, and could be put in on the way.
 */
export function signedHeadersFault(
  { signedHeaders }: Pick<Tc3Authorization, 'signedHeaders'>,
  header: Tc3Request['header'],
): string | undefined {
  const missing = ALWAYS_SIGNED.find((name) => !signedHeaders.includes(name));
  if (missing) return `\`SignedHeaders\` must name \`${missing}\``;
  if (new Set(signedHeaders).size < signedHeaders.length) return '`SignedHeaders` names a header twice';
  const absent = signedHeaders.find((name) => header(name) === undefined);
  return absent === undefined ? undefined : `\`SignedHeaders\` names \`${absent}\`, which was not sent`;
}

/** Whether the signature covers the body, too. Without it the same signature fits any body. */
export function coversBody({ header }: Pick<Tc3Request, 'header'>): boolean {
  return header('x-tc-content-sha256') !== UNSIGNED_PAYLOAD;
}

const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/**
 * The texts that the signature may be over, at most four. Clients sign the host with or without its port (the Node SDK leaves it out of a
 * non-default endpoint, others keep it), and other values in lower case, as the published rule has it, or as they are sent.
 */
export function tc3StringsToSign(
  request: Tc3Request,
  { date, service, signedHeaders }: Pick<Tc3Authorization, 'date' | 'service' | 'signedHeaders'>,
): string[] {
  const payload = payloadHash(request);
  const texts = hostsAsSigned(request.header('host') ?? '').flatMap((host) =>
    [asSent, lowered].map((valueFor) => {
      const value = (name: string) =>
        name === 'host' ? lowered(name, host) : valueFor(name, request.header(name) ?? '');
      const canonical = [
        request.method,
        '/',
        request.method === 'GET' ? request.query : '',
        signedHeaders.map((name) => `${name}:${value(name)}\n`).join(''),
        signedHeaders.join(';'),
        payload,
      ].join('\n');
      return [TC3, request.timestamp, `${date}/${service}/tc3_request`, sha256(canonical)].join('\n');
    }),
  );
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

function lowered(_name: string, value: string): string {
  return value.trim().toLowerCase();
}

/** Of what clients sign, only the action goes in lower case everywhere. */
function asSent(name: string, value: string): string {
  return name === 'x-tc-action' ? lowered(name, value) : value.trim();
}

function payloadHash(request: Tc3Request): string {
  if (!coversBody(request)) return sha256(UNSIGNED_PAYLOAD);
  return sha256(request.method === 'GET' ? '' : request.body);
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
