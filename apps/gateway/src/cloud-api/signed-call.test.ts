import { SignatureMethod } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { expect, it } from 'vitest';
import { commonParameters } from './common-parameters.ts';
import type { ApiRequest } from './http-request.ts';
import { signedCall } from './signed-call.ts';

const headersSigning = (signedHeaders: string): Readonly<Record<string, string>> => ({
  host: 'muster.test:4000',
  'content-type': 'application/json',
  'x-tc-action': 'DescribeCommands',
  'x-tc-version': '2020-10-28',
  'x-tc-timestamp': '1551113065',
  authorization: `TC3-HMAC-SHA256 Credential=AKIDx/2019-02-25/muster/tc3_request, SignedHeaders=${signedHeaders}, Signature=${'a'.repeat(64)}`,
});

function read(headers: Readonly<Record<string, string>>, body = '{}') {
  const request: ApiRequest = { method: 'POST', query: '', header: (name) => headers[name], body: Buffer.from(body) };
  return signedCall(request, commonParameters(request));
}

it('says whether a signature by TC3 covers the action', () => {
  expect(read(headersSigning('content-type;host')).proof).toMatchObject({ actionSigned: false, service: 'muster' });
  expect(read(headersSigning('content-type;host;x-tc-action')).proof.actionSigned).toBe(true);
});

it('says whether it covers the parameters', () => {
  const headers = headersSigning('content-type;host');
  expect(read(headers).parametersSigned).toBe(true);
  expect(read({ ...headers, 'x-tc-content-sha256': 'UNSIGNED-PAYLOAD' }).parametersSigned).toBe(false);
});

it('knows that version 1 covers everything', () => {
  const form = 'Action=DescribeCommands&Version=2020-10-28&SecretId=AKIDx&Timestamp=1551113065&Nonce=1&Signature=x';
  const headers = { host: 'muster.test:4000', 'content-type': 'application/x-www-form-urlencoded' };
  const { proof, parametersSigned } = read(headers, form);
  expect(proof).toMatchObject({ actionSigned: true, method: SignatureMethod.HMAC_SHA1 });
  expect(parametersSigned).toBe(true);
  expect(proof.stringsToSign).toHaveLength(2);
});

it.each([
  ['host', '`SignedHeaders` must name `content-type`'],
  ['content-type', '`SignedHeaders` must name `host`'],
  ['content-type;host;x-tc-token', '`SignedHeaders` names `x-tc-token`, which was not sent'],
  [
    'Content-Type;Host',
    'the Authorization header must be `TC3-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`',
  ],
])('T24: refuses a signature that covers %s alone', (signedHeaders, message) => {
  const call = () => read(headersSigning(signedHeaders));
  expect(call).toThrow(Refusal);
  expect(call).toThrow(expect.objectContaining({ reason: 'AuthFailure.InvalidAuthorization', message }));
});
