import type { ServerResponse } from 'node:http';
import { create } from '@bufbuild/protobuf';
import { type Action, actionsOf, type Json, stringify, toJson, toMessage, VERSIONS } from '@muster/cloud-api';
import {
  AuthenticateSignatureRequestSchema,
  type AuthenticateSignatureResponse,
  SignatureService,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { classOf } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import { askUpstream, type UpstreamService } from '../ask-upstream.ts';
import type { Request, Response } from '../one-port.ts';
import { PUBLIC_SERVICES, type Upstream } from '../public-services.ts';
import { isApiRequest, readRequest } from './http-request.ts';
import { refusalOf } from './refusals.ts';
import { signedCall } from './signed-call.ts';

/** What the door of API 3.0 leads to. */
export interface CloudApiOptions {
  readonly upstreams: Readonly<Record<Upstream, UpstreamService>>;
  readonly logger: Logger;
}

/** A call in whose name answers and log lines are written. */
interface Visit {
  readonly requestId: string;
  readonly peerAddress: string;
  readonly signal: AbortSignal;
}

const ACTIONS = actionsOf(PUBLIC_SERVICES.map(({ service }) => service));
const UPSTREAM_OF = new Map(PUBLIC_SERVICES.map(({ service, upstream }) => [service.typeName, upstream]));

/** Answers a request of Tencent Cloud's clients (API 3.0), and says whether it was one. */
export type CloudApi = (request: Request, response: Response, peerAddress: string) => boolean;

export function cloudApi(options: CloudApiOptions): CloudApi {
  return (request, response, peerAddress) => {
    if (!isApiRequest(request)) return false;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    void respond(options, request, response, { requestId: crypto.randomUUID(), peerAddress, signal: gone.signal });
    return true;
  };
}

/** Whatever happens, HTTP says 200: clients read the code of a refusal from the body, and look into no other answer. */
async function respond(options: CloudApiOptions, request: Request, response: Response, visit: Visit): Promise<void> {
  let answer: { [name: string]: Json };
  try {
    answer = await call(options, request, visit);
  } catch (error) {
    const { code, message } = refusalOf(error, visit.requestId, options.logger);
    answer = { Error: { Code: code, Message: message } };
  }
  const body = stringify({ Response: { ...answer, RequestId: visit.requestId } });
  const trace = request.headers['x-tc-traceid'];
  (response as ServerResponse).writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-request-id': visit.requestId,
    ...(typeof trace === 'string' && /^[\w-]{1,64}$/.test(trace) ? { 'x-tc-traceid': trace } : {}),
  });
  response.end(body);
}

async function call(options: CloudApiOptions, request: Request, visit: Visit): Promise<{ [name: string]: Json }> {
  const signed = signedCall(await readRequest(request));
  const { name, method, product } = actionOf(signed.version, signed.action);
  const question = create(AuthenticateSignatureRequestSchema, {
    ...signed.proof,
    action: `${product}:${name}`,
    repeatable: classOf(method) === 'read',
    context: { peerAddress: visit.peerAddress, requestId: visit.requestId },
  });
  const { iam } = options.upstreams;
  const own = `Bearer ${await iam.identity.token()}`;
  const known = (await askUpstream(iam, SignatureService.method.authenticateSignature, question, {
    ...visit,
    authorization: own,
  })) as AuthenticateSignatureResponse;
  const message = toMessage(method.input, signed.parameters(), { coerce: signed.flattened });
  const upstream = options.upstreams[UPSTREAM_OF.get(method.parent.typeName)!];
  const answer = await askUpstream(upstream, method, message, {
    ...visit,
    authorization: `Bearer ${known.credential}`,
  });
  return toJson(method.output, answer, product);
}

/** Refusals: NoSuchVersion, InvalidAction. */
function actionOf(version: string, name: string): Action {
  const product = Object.hasOwn(VERSIONS, version) ? VERSIONS[version] : undefined;
  if (product === undefined) {
    const known = Object.entries(VERSIONS).map(([each, of]) => `${each} (${of})`);
    throw new Refusal('invalid', 'NoSuchVersion', `there is no version \`${version}\`; there are ${known.join(', ')}`);
  }
  const action = ACTIONS[product].get(name);
  if (!action) throw new Refusal('invalid', 'InvalidAction', `${product} ${version} has no action \`${name}\``);
  return action;
}
