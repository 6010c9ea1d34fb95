import { fromFlattened } from '@muster/cloud-api';
import { type AuthenticateSignatureRequest, SignatureMethod } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import {
  coversBody,
  parseTc3Authorization,
  signedHeadersFault,
  type Tc3Authorization,
  tc3StringsToSign,
  v1StringsToSign,
} from '@muster/signature';
import type { CommonParameters } from './common-parameters.ts';
import type { ApiRequest } from './http-request.ts';
import { type Parameters, parametersOf } from './parameters.ts';

/** What iam-svc is asked about a signature. */
export type Proof = Omit<AuthenticateSignatureRequest, '$typeName' | 'action' | 'repeatable' | 'context'>;

/** A request that carries a signature, which nobody has looked at yet. */
export interface SignedCall {
  readonly version: string;
  readonly action: string;
  readonly proof: Proof;
  /** Whether the signature covers the parameters; otherwise it fits others, too. */
  readonly parametersSigned: boolean;
  /** Reads the parameters of the action. Refusals: InvalidRequest, InvalidParameter. */
  readonly parameters: () => Parameters;
}

const V1_METHODS: Readonly<Record<string, SignatureMethod>> = {
  HmacSHA1: SignatureMethod.HMAC_SHA1,
  HmacSHA256: SignatureMethod.HMAC_SHA256,
};

/** Reads how a request is signed and what it asks for. Refusals: AuthFailure.InvalidAuthorization, MissingParameter, InvalidParameter. */
export function signedCall(request: ApiRequest, common: CommonParameters): SignedCall {
  return common.signed === 'tc3' ? tc3(request, common) : version1(request, common);
}

function tc3(request: ApiRequest, { get, need }: CommonParameters): SignedCall {
  const authorization = authorizationOf(request);
  const { secretId, date, service, signedHeaders, signature } = authorization;
  const [action, version, timestamp] = [need('Action'), need('Version'), need('Timestamp')];
  return {
    action,
    version,
    parameters: () => parametersOf(request),
    parametersSigned: coversBody(request),
    proof: {
      secretId,
      sessionToken: get('Token') ?? '',
      method: SignatureMethod.TC3_HMAC_SHA256,
      timestamp: seconds('X-TC-Timestamp', timestamp),
      date,
      service,
      stringsToSign: tc3StringsToSign({ ...request, timestamp }, authorization),
      actionSigned: signedHeaders.includes('x-tc-action'),
      signature,
    },
  };
}

/** Refusal: AuthFailure.InvalidAuthorization. */
function authorizationOf({ header }: ApiRequest): Tc3Authorization {
  const authorization = parseTc3Authorization(header('authorization') ?? '');
  if (!authorization) {
    throw malformed('the Authorization header must be `TC3-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`');
  }
  const fault = signedHeadersFault(authorization, header);
  if (fault !== undefined) throw malformed(fault);
  return authorization;
}

function malformed(message: string): Refusal {
  return new Refusal('unauthenticated', 'AuthFailure.InvalidAuthorization', message);
}

function version1({ method, header }: ApiRequest, { get, need, pairs, own }: CommonParameters): SignedCall {
  const [action, version, timestamp] = [need('Action'), need('Version'), need('Timestamp')];
  const named = get('SignatureMethod') ?? 'HmacSHA1';
  const signatureMethod = Object.hasOwn(V1_METHODS, named) ? V1_METHODS[named]! : undefined;
  if (signatureMethod === undefined) {
    throw new Refusal('invalid', 'InvalidParameter', '`SignatureMethod` must be HmacSHA1 or HmacSHA256');
  }
  return {
    action,
    version,
    parameters: () => ({ given: fromFlattened(own), flattened: true }),
    parametersSigned: true,
    proof: {
      secretId: need('SecretId'),
      sessionToken: get('Token') ?? '',
      method: signatureMethod,
      timestamp: seconds('Timestamp', timestamp),
      date: '',
      service: '',
      stringsToSign: v1StringsToSign(method, header('host') ?? '', pairs),
      actionSigned: true,
      signature: need('Signature'),
    },
  };
}

function seconds(name: string, text: string): bigint {
  if (/^\d{1,12}$/.test(text)) return BigInt(text);
  throw new Refusal('invalid', 'InvalidParameter', `\`${name}\` must be in whole seconds since 1970`, { field: name });
}
