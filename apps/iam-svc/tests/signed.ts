import type { MessageInitShape } from '@bufbuild/protobuf';
import { type AuthenticateSignatureRequestSchema, SignatureMethod, SignatureService } from '@muster/contract';
import type { AccessKeySecret } from '@muster/rpc';
import { tc3Signature, v1Signature } from '@muster/signature';
import type { Fixture } from './fixture.ts';

/** Who signs, and what differs from a request that reads, signed by TC3 at the time of the fixture's clock. */
export interface Signing extends AccessKeySecret {
  /** Of temporary credentials. */
  readonly sessionToken?: string;
  readonly method?: SignatureMethod;
  readonly action?: string;
  readonly repeatable?: boolean;
  /** Off the clock. */
  readonly offset?: number;
  readonly text?: string;
}

let serial = 0;

/** What the gateway asks about a signed request; each is over another text unless one is given. */
export function signedRequest(
  fixture: Pick<Fixture, 'clock'>,
  { secretId, secretKey, sessionToken = '', offset = 0, text = `text ${serial++}`, ...rest }: Signing,
) {
  const { method = SignatureMethod.TC3_HMAC_SHA256, action = 'tat:DescribeCommands', repeatable = true } = rest;
  const seconds = Math.floor(fixture.clock.ms / 1_000) + offset;
  const tc3 = method === SignatureMethod.TC3_HMAC_SHA256;
  const date = tc3 ? new Date(seconds * 1_000).toISOString().slice(0, 10) : '';
  const service = tc3 ? 'localhost:4000' : '';
  const signature = tc3
    ? tc3Signature(secretKey, { date, service, stringToSign: text })
    : v1Signature(secretKey, method === SignatureMethod.HMAC_SHA1 ? 'HmacSHA1' : 'HmacSHA256', text);
  return {
    ...{ secretId, sessionToken, method, timestamp: BigInt(seconds), date, service, signature, action, repeatable },
    stringsToSign: ['the text of another client', text],
    actionSigned: !tc3,
    context: { peerAddress: '203.0.113.9', requestId: 'a-request' },
  };
}

/** Asks as the gateway does. */
export async function authenticated(
  fixture: Fixture,
  request: MessageInitShape<typeof AuthenticateSignatureRequestSchema>,
) {
  const gateway = fixture.client(SignatureService, await fixture.serviceToken('gateway'));
  return gateway.authenticateSignature(request);
}
