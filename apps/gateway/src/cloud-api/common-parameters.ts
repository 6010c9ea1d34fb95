import { Refusal } from '@muster/kernel';
import type { ApiHead, ApiRequest } from './http-request.ts';
import { isForm, pairsOf, textOf } from './parameters.ts';

/** What every request may say about itself (API 3.0's common parameters), by their names in version 1. */
export type CommonName =
  | 'Action'
  | 'Version'
  | 'Region'
  | 'SecretId'
  | 'Timestamp'
  | 'Nonce'
  | 'RequestClient'
  | 'SignatureMethod'
  | 'Signature'
  | 'Token'
  | 'Language';

const NAMES: ReadonlySet<string> = new Set<CommonName>([
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

/** The common parameters of one request: headers with TC3, parameters among the others with version 1. */
export interface CommonParameters {
  readonly signed: 'tc3' | 'v1';
  /** Undefined when it is absent or empty. Refusal: InvalidParameter for one that is given twice. */
  readonly get: (name: CommonName) => string | undefined;
  /** Refusal: MissingParameter. */
  readonly need: (name: CommonName) => string;
  /** Version 1: every parameter, as the signature covers it. */
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** Version 1: the parameters of the action. */
  readonly own: readonly (readonly [name: string, value: string])[];
}

/** How a request is signed. Version 1 has no headers of its own: its parameters are in the query, or in a form. */
export function signingOf({ method, header }: ApiHead): 'tc3' | 'v1' {
  if (header('authorization') !== undefined || header('x-tc-action') !== undefined) return 'tc3';
  return method === 'GET' || isForm(header('content-type') ?? '') ? 'v1' : 'tc3';
}

/** Refusals: InvalidRequest, InvalidParameter. */
export function commonParameters(request: ApiRequest): CommonParameters {
  return signingOf(request) === 'tc3' ? ofHeaders(request) : ofPairs(request);
}

function ofHeaders({ header }: ApiRequest): CommonParameters {
  const spelled = (name: CommonName) => `X-TC-${name}`;
  const get = (name: CommonName) => header(spelled(name).toLowerCase()) || undefined;
  return { signed: 'tc3', get, need: (name) => get(name) ?? missing(spelled(name)), pairs: [], own: [] };
}

function ofPairs({ method, query, body }: ApiRequest): CommonParameters {
  const pairs = pairsOf(method === 'GET' ? query : textOf(body));
  const common = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (common.has(name)) {
      throw new Refusal('invalid', 'InvalidParameter', `\`${name}\` is given twice`, { field: name });
    }
    if (NAMES.has(name)) common.set(name, value.trim());
  }
  const get = (name: CommonName) => common.get(name) || undefined;
  const own = pairs.filter(([name]) => !NAMES.has(name));
  return { signed: 'v1', get, need: (name) => get(name) ?? missing(name), pairs, own };
}

function missing(name: string): never {
  throw new Refusal('invalid', 'MissingParameter', `\`${name}\` is missing`, { field: name });
}
