import { actionsOf, type Json, stringify, toJson } from '@muster/cloud-api';
import type { Logger } from '@muster/telemetry';
import { askUpstream, type UpstreamService } from '../ask-upstream.ts';
import type { Request, Response } from '../one-port.ts';
import { PUBLIC_SERVICES, type Upstream } from '../public-services.ts';
import { type AdmittedCall, admit, type Checks } from './admitted-call.ts';
import { readBody } from './body.ts';
import { BodyMemories } from './body-memory.ts';
import { type CallRateSettings, CallRates } from './call-rates.ts';
import { commonParameters, signingOf } from './common-parameters.ts';
import { headOf, isApiRequest } from './http-request.ts';
import { inLanguage, languageOf } from './language.ts';
import { refusalOf } from './refusals.ts';
import { reply } from './reply.ts';
import { type StrangerRates, Strangers } from './strangers.ts';
import type { Visit } from './visit.ts';

/** Hears of every request when it is answered: what it asked for, if that is known, `OK` or the code of the refusal, and how long it took. */
export type RequestObserver = (request: {
  readonly action: string;
  readonly code: string;
  readonly ms: number;
}) => void;

/** What the door of API 3.0 leads to, and its limits. */
export interface CloudApiOptions extends CallRateSettings, StrangerRates {
  readonly upstreams: Readonly<Record<Upstream, UpstreamService>>;
  readonly logger: Logger;
  readonly observe: RequestObserver;
  /** The region of this installation. */
  readonly region: string;
  /** The memory that bodies may take before anybody knows who sent them. */
  readonly apiBodyMegabytes: number;
}

/** Answers a request of Tencent Cloud's clients (API 3.0), and says whether it was one. */
export type CloudApi = (request: Request, response: Response, peerAddress: string) => boolean;

/** What every visit comes upon. */
interface Door extends Checks {
  readonly upstreams: CloudApiOptions['upstreams'];
  readonly strangers: Strangers;
  readonly memories: BodyMemories;
  readonly logger: Logger;
  readonly observe: RequestObserver;
}

const ACTIONS = actionsOf(PUBLIC_SERVICES.map(({ service }) => service));
const NAMES = new Set(Object.values(ACTIONS).flatMap((each) => [...each.keys()]));
const UPSTREAM_OF = new Map(PUBLIC_SERVICES.map(({ service, upstream }) => [service.typeName, upstream]));

export function cloudApi(options: CloudApiOptions): CloudApi {
  const { upstreams, logger, observe, region } = options;
  const door: Door = {
    upstreams,
    logger,
    observe,
    region,
    actions: ACTIONS,
    iam: upstreams.iam,
    rates: new CallRates(options, NAMES),
    strangers: new Strangers(options),
    memories: new BodyMemories(options.apiBodyMegabytes),
  };
  return (request, response, peerAddress) => {
    if (!isApiRequest(request)) return false;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const visit: Visit = { requestId: crypto.randomUUID(), peerAddress, signal: gone.signal, language: 'en-US' };
    respond(door, request, response, visit).catch((error: unknown) =>
      logger.debug({ err: error, requestId: visit.requestId }, 'a client left'),
    );
    return true;
  };
}

async function respond(door: Door, request: Request, response: Response, visit: Visit): Promise<void> {
  const began = performance.now();
  const { requestId, signal } = visit;
  let answer: { [name: string]: Json };
  let code = 'OK';
  try {
    answer = await call(door, await read(door, request, visit), visit);
  } catch (error) {
    // nobody would read what becomes of it
    if (signal.aborted) throw error;
    if (!visit.caller) door.strangers.count(visit.peerAddress, error);
    const refusal = refusalOf(error, { requestId, action: visit.action }, door.logger);
    code = refusal.code;
    answer = { Error: { Code: code, Message: inLanguage(visit.language, refusal) } };
  }
  const { action, caller } = visit;
  const method = action && `${action.product}:${action.name}`;
  const ms = performance.now() - began;
  door.observe({ action: method ?? 'unknown', code, ms });
  door.logger.debug({ method, requestId, code, caller: caller?.name, ms: Math.round(ms) }, 'call');
  await reply(request, response, requestId, stringify({ Response: { ...answer, RequestId: requestId } }));
}

/** The call that a request asks for. Its body is in memory no longer than this takes. */
async function read(door: Door, request: Request, visit: Visit): Promise<AdmittedCall> {
  const head = headOf(request);
  // version 1 has it among the parameters, which have to be read first
  visit.language = languageOf(head.header('x-tc-language') || undefined);
  door.strangers.admit(visit.peerAddress);
  using memory = door.memories.open(visit.peerAddress);
  const whole = { ...head, body: await readBody(request, head, { signed: signingOf(head), memory }) };
  const common = commonParameters(whole);
  visit.language = languageOf(common.get('Language'));
  return await admit(door, { request: whole, common }, visit);
}

async function call(
  { upstreams }: Door,
  { action: { method, product }, credential, message }: AdmittedCall,
  visit: Visit,
): Promise<{ [name: string]: Json }> {
  const upstream = upstreams[UPSTREAM_OF.get(method.parent.typeName)!];
  const answer = await askUpstream(upstream, method, message, { ...visit, authorization: `Bearer ${credential}` });
  return toJson(method.output, answer, product);
}
