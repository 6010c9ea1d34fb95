import type { MethodImpl } from '@connectrpc/connect';
import { type AuthenticateSignatureRequest, SignatureMethod, type SignatureService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { tc3Signature, type V1Method, v1Signature } from '@muster/signature';
import type { IamContext } from '../context.ts';
import { fromCallContext, toPrincipal } from '../convert/decision.ts';
import { signers } from '../credentials/signers.ts';
import { sameSignature } from '../crypto/access-keys.ts';
import { unknownKey } from '../domain/exchange.ts';
import { badSignature, checkSignedRequest, usedBefore } from '../domain/signed-request.ts';

type Parts = Parameters<typeof signers>[0] & Pick<IamContext, 'audit' | 'usedSignatures' | 'strictSignatures'>;

const ACTION = 'muster:AuthenticateSignature';

/** Every request that is signed comes here before it runs: nothing is written for one that may come again. */
export function authenticateSignature(parts: Parts): MethodImpl<typeof SignatureService.method.authenticateSignature> {
  const { audit, usedSignatures, clock, strictSignatures: strict } = parts;
  const signerOf = signers(parts);
  return async (request, context) => {
    const { secretId } = request;
    const now = clock.now();
    const seconds = Number(request.timestamp);
    const date = V1_NAMES[request.method] ? undefined : request.date;
    checkSignedRequest({ ...request, seconds, date }, { now, strict });
    const { secret, holder } = await signerOf(secretId, request.sessionToken);
    const right = fits(request, secret);
    if (!holder) throw unknownKey(secretId);
    const { bearer, ...who } = holder;
    const call = fromCallContext(request.context, callOf(context).caller.name);
    const failed = { call, action: ACTION, ...who };
    if (!right) {
      await audit.recordTry(failed);
      throw badSignature('the signature does not match; check the secret key and the text that was signed');
    }
    const spent = await usedSignatures.take({ ...request, ...call, seconds, now });
    if (spent !== undefined) {
      await audit.recordTry(failed);
      throw usedBefore(spent);
    }
    const { credential, identity } = await bearer();
    return { credential, principal: toPrincipal(identity) };
  };
}

const V1_NAMES: Partial<Record<SignatureMethod, V1Method>> = {
  [SignatureMethod.HMAC_SHA1]: 'HmacSHA1',
  [SignatureMethod.HMAC_SHA256]: 'HmacSHA256',
};

/** Whether the signature is over one of the texts; each is tried, whatever comes of the others. */
function fits({ method, date, service, stringsToSign, signature }: AuthenticateSignatureRequest, secret: string) {
  const v1 = V1_NAMES[method];
  const expected = stringsToSign.map((stringToSign) =>
    v1 ? v1Signature(secret, v1, stringToSign) : tc3Signature(secret, { date, service, stringToSign }),
  );
  return expected.filter((each) => sameSignature(signature, each)).length > 0;
}
