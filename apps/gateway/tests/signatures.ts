import { create } from '@bufbuild/protobuf';
import {
  type AuthenticateSignatureRequest,
  AuthenticateSignatureResponseSchema,
  PrincipalSchema,
  PrincipalType,
  SignatureMethod,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { tc3Signature, v1Signature } from '@muster/signature';
import { ACCOUNT_UIN, USER_UIN } from '@muster/testkit';

/** Secret ids, and the credentials that the fake authorizer knows them by. Every secret key is its id backwards. */
export const ROOT = 'AKIDroot';
export const USER = 'AKIDuser';
const CREDENTIALS = new Map([
  [ROOT, { credential: 'root', type: PrincipalType.ROOT, uin: ACCOUNT_UIN }],
  [USER, { credential: 'user', type: PrincipalType.USER, uin: USER_UIN }],
]);

export function secretOf(secretId: string): string {
  return [...secretId].reverse().join('');
}

/** What the last question about a signature was. */
export let lastQuestion: AuthenticateSignatureRequest;

/** Stands in for iam-svc: signatures of these keys are good, whenever they were made. */
export function authenticateSignature(question: AuthenticateSignatureRequest) {
  lastQuestion = question;
  const { secretId, method, date, service, stringsToSign, signature } = question;
  const known = CREDENTIALS.get(secretId);
  if (!known) throw new Refusal('unauthenticated', 'AuthFailure.SecretIdNotFound', `no access key \`${secretId}\``);
  const secret = secretOf(secretId);
  const good = stringsToSign.some((stringToSign) =>
    method === SignatureMethod.TC3_HMAC_SHA256
      ? signature === tc3Signature(secret, { date, service, stringToSign })
      : signature ===
        v1Signature(secret, method === SignatureMethod.HMAC_SHA1 ? 'HmacSHA1' : 'HmacSHA256', stringToSign),
  );
  if (!good) throw new Refusal('unauthenticated', 'AuthFailure.SignatureFailure', 'the signature does not match');
  const principal = create(PrincipalSchema, {
    type: known.type,
    accountUin: ACCOUNT_UIN,
    uin: known.uin,
    name: known.credential,
  });
  return create(AuthenticateSignatureResponseSchema, { credential: known.credential, principal });
}
