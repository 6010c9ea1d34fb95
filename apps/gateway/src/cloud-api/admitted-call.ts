import { create, type Message } from '@bufbuild/protobuf';
import { type Action, type Actions, type Product, shownFields, toMessage, VERSIONS } from '@muster/cloud-api';
import {
  AuthenticateSignatureRequestSchema,
  type AuthenticateSignatureResponse,
  SignatureService,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { classOf } from '@muster/rpc';
import { askUpstream, type UpstreamService } from '../ask-upstream.ts';
import type { CallRates } from './call-rates.ts';
import type { CommonParameters } from './common-parameters.ts';
import type { ApiRequest } from './http-request.ts';
import { type SignedCall, signedCall } from './signed-call.ts';
import type { Visit } from './visit.ts';

/** What a request has to pass before it is a call. */
export interface Checks {
  readonly actions: Actions;
  /** The region of this installation. */
  readonly region: string;
  /** Knows signatures. */
  readonly iam: UpstreamService;
  readonly rates: CallRates;
}

/** A call whose caller is known and whose parameters are read. */
export interface AdmittedCall {
  readonly action: Action;
  /** A bearer token for this call. */
  readonly credential: string;
  readonly message: Message;
}

/**
 * From what was sent to what is asked. Faults are told in this order: form of the signature, version and action, region, signature, rate,
 * parameters. What becomes known is put into `visit`, for whoever writes about it.
 */
export async function admit(
  checks: Checks,
  { request, common }: { readonly request: ApiRequest; readonly common: CommonParameters },
  visit: Visit,
): Promise<AdmittedCall> {
  const signed = signedCall(request, common);
  const action = actionOf(checks.actions, signed);
  visit.action = action;
  checkRegion(action.product, common.get('Region'), checks.region);
  const { credential, principal } = await authenticate(checks.iam, { action, signed }, visit);
  visit.caller = principal!;
  checks.rates.admit(visit.caller, action);
  const { given, flattened } = signed.parameters();
  return { action, credential, message: toMessage(action.method.input, given, { coerce: flattened }) };
}

/** Refusals: NoSuchVersion, InvalidAction. */
function actionOf(actions: Actions, { version, action: name }: SignedCall): Action {
  const product = Object.hasOwn(VERSIONS, version) ? VERSIONS[version] : undefined;
  if (product === undefined) {
    const known = Object.entries(VERSIONS).map(([each, of]) => `${each} (${of})`);
    const given = `\`${version.slice(0, 40)}\``;
    throw new Refusal('invalid', 'NoSuchVersion', `there is no version ${given}; there are ${known.join(', ')}`);
  }
  const action = actions[product].get(name);
  if (action) return action;
  throw new Refusal('invalid', 'InvalidAction', `${product} ${version} has no action \`${name.slice(0, 100)}\``);
}

/** Only tat has regions, and an installation has one: who names none means it. Refusal: UnsupportedRegion. */
function checkRegion(product: Product, asked: string | undefined, own: string): void {
  if (product !== 'tat' || asked === undefined || asked === own) return;
  const was = `\`${asked.slice(0, 40)}\``;
  throw new Refusal('invalid', 'UnsupportedRegion', `\`Region\` must be ${own} here, was ${was}`, { field: 'Region' });
}

/** Refusals: those of SignatureService. */
async function authenticate(
  iam: UpstreamService,
  { action, signed }: { action: Action; signed: SignedCall },
  visit: Visit,
): Promise<AuthenticateSignatureResponse> {
  const { requestId, peerAddress } = visit;
  const question = create(AuthenticateSignatureRequestSchema, {
    ...signed.proof,
    action: `${action.product}:${action.name}`,
    repeatable: repeatable(action, signed),
    context: { peerAddress, requestId },
  });
  const authorization = `Bearer ${await iam.identity.token()}`;
  const answer = await askUpstream(iam, SignatureService.method.authenticateSignature, question, {
    ...visit,
    authorization,
  });
  return answer as AuthenticateSignatureResponse;
}

/** Whether a request may come twice: it only looks, or it has a ClientToken, which the signature covers, by which the service knows it again. */
function repeatable({ method }: Action, signed: SignedCall): boolean {
  if (classOf(method) === 'read') return true;
  if (!signed.parametersSigned || !shownFields(method.input).some(({ name }) => name === 'ClientToken')) return false;
  try {
    const { ClientToken: token } = signed.parameters().given;
    return typeof token === 'string' && token !== '';
  } catch (error) {
    // what is wrong with the parameters is told to those who may know
    if (error instanceof Refusal) return false;
    throw error;
  }
}
