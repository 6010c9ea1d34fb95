import { fromFlattened, type Given, parseBody } from '@muster/cloud-api';
import { type AuthenticateSignatureRequest, SignatureMethod } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { parseTc3Authorization, tc3StringsToSign, v1StringsToSign } from '@muster/signature';
import type { ApiRequest } from './http-request.ts';

/** What iam-svc is asked about a signature. */
export type Proof = Omit<AuthenticateSignatureRequest, '$typeName' | 'action' | 'repeatable' | 'context'>;

/** A request as its common parameters say it. */
export interface SignedCall {
  readonly version: string;
  readonly action: string;
  readonly language: string;
  readonly proof: Proof;
  /** The parameters of the action, read once the signature is known to be good. */
  readonly parameters: () => { readonly [name: string]: Given };
  /** Whether every value is text, whatever its type. */
  readonly flattened: boolean;
}

/** The common parameters of version 1; whatever else is given belongs to the action. */
const COMMON = new Set([
  'Action',
  'Version',
  'Region',
  'SecretId',
  'Timestamp',
  'Nonce',
  'RequestClient',
  'SignatureMethod',
  'Signature',
  'Token',
  'Language',
]);

const V1_METHODS: Readonly<Record<string, SignatureMethod>> = {
  HmacSHA1: SignatureMethod.HMAC_SHA1,
  HmacSHA256: SignatureMethod.HMAC_SHA256,
};

/** Reads how a request is signed and what it asks for. Refusals: AuthFailure.InvalidAuthorization, MissingParameter, InvalidParameter. */
export function signedCall(request: ApiRequest): SignedCall {
  return request.header('authorization') === undefined && request.header('x-tc-action') === undefined
    ? version1(request)
    : tc3(request);
}

function tc3(request: ApiRequest): SignedCall {
  const { header, method, query, body } = request;
  const authorization = parseTc3Authorization(header('authorization') ?? '');
  if (!authorization) {
    throw new Refusal(
      'unauthenticated',
      'AuthFailure.InvalidAuthorization',
      'the Authorization header must be `TC3-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`',
    );
  }
  const needed = (name: string) => header(name.toLowerCase()) || missing(name);
  const timestamp = needed('X-TC-Timestamp');
  const flattened = method === 'GET' || /^application\/x-www-form-urlencoded\b/i.test(header('content-type') ?? '');
  return {
    version: needed('X-TC-Version'),
    action: needed('X-TC-Action'),
    language: header('x-tc-language') ?? '',
    flattened,
    parameters: () =>
      flattened
        ? fromFlattened(new URLSearchParams(method === 'GET' ? query : body.toString()))
        : parseBody(body.toString()),
    proof: {
      secretId: authorization.secretId,
      sessionToken: header('x-tc-token') ?? '',
      method: SignatureMethod.TC3_HMAC_SHA256,
      timestamp: seconds(timestamp),
      date: authorization.date,
      service: authorization.service,
      stringsToSign: tc3StringsToSign({ ...request, timestamp }, authorization),
      signature: authorization.signature,
    },
  };
}

function version1({ method, query, body, header }: ApiRequest): SignedCall {
  const given = new URLSearchParams(method === 'GET' ? query : body.toString());
  const needed = (name: string) => given.get(name) || missing(name);
  const named = given.get('SignatureMethod') ?? 'HmacSHA1';
  const signatureMethod = Object.hasOwn(V1_METHODS, named) ? V1_METHODS[named]! : undefined;
  if (signatureMethod === undefined) {
    throw new Refusal('invalid', 'InvalidParameter', '`SignatureMethod` must be HmacSHA1 or HmacSHA256');
  }
  return {
    action: needed('Action'),
    version: needed('Version'),
    language: given.get('Language') ?? '',
    flattened: true,
    parameters: () => fromFlattened([...given].filter(([name]) => !COMMON.has(name))),
    proof: {
      secretId: needed('SecretId'),
      sessionToken: given.get('Token') ?? '',
      method: signatureMethod,
      timestamp: seconds(needed('Timestamp')),
      date: '',
      service: '',
      stringsToSign: v1StringsToSign(method, header('host') ?? '', given),
      signature: needed('Signature'),
    },
  };
}

function seconds(text: string): bigint {
  if (!/^\d{1,12}$/.test(text)) {
    throw new Refusal('invalid', 'InvalidParameter', '`Timestamp` must be in whole seconds since 1970');
  }
  return BigInt(text);
}

function missing(name: string): never {
  throw new Refusal('invalid', 'MissingParameter', `\`${name}\` is missing`, { field: name });
}
