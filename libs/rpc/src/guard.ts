import type { DescMethod, Message, MessageInitShape } from '@bufbuild/protobuf';
import { Outcome, type Principal, Scope, Semantic, type TagSchema } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { Admission } from './admission.ts';
import type { Answer, Authorizer, CallContextInit, Question } from './authorizer.ts';
import type { Call, Caller, ResourceInit } from './call.ts';
import type { PermissionChanges } from './keep-deciding.ts';
import { accessOf } from './method-access.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { resourceName } from './resource-name.ts';
import { type ServiceKeys, verifyServiceToken } from './service-identity.ts';

/** Authorize takes at most this many resources in one call. */
const BATCH = 200;
/** More named resources than any request may hold; refused before anybody is asked. */
const MOST_RESOURCES = 2_000;

/** What stands between a door and its handlers. */
export interface GuardOptions {
  readonly authorizer: Authorizer;
  /** The region of the resources that requests name. */
  readonly region: string;
  /** Public keys by service name; with the gateway's among them, the address that it vouches for is believed. */
  readonly serviceKeys?: ServiceKeys;
  /** Where changes of permissions are heard of; without it, open streams are decided again every 30 s only. */
  readonly changes?: PermissionChanges;
  /** How much accounts and addresses may ask; without one, as much as they like. */
  readonly limiter?: RateLimiter;
}

/** A header of the call by its name in lower case; undefined when it was not sent. */
export type HeaderLookup = (name: string) => string | undefined;

/** A call that passed the door. `settle` refuses to let an answer out that nobody decided about. */
export interface GuardedCall extends Call {
  /** For the access log; undefined for public methods. */
  readonly callerName: string | undefined;
  settle(): void;
  /** Decides again what was decided so far, as things are now. Throws the refusal when the call would not pass any more. */
  decideAgain(): Promise<void>;
}

/** A call at the door. */
export interface ArrivingCall {
  readonly method: DescMethod;
  readonly request: Message;
  readonly header: HeaderLookup;
  readonly requestId: string;
  readonly socketAddress: string;
  /** When the caller gives up, in epoch milliseconds. */
  readonly until?: number | undefined;
  /** What is to be disposed when the call has ended. */
  readonly held: DisposableStack;
}

/** Authenticates, counts and decides one call from the access option of its method. Throws a Refusal when it may not go on. */
export async function guard(options: GuardOptions, arriving: ArrivingCall): Promise<GuardedCall> {
  const { method, request, header, requestId, socketAddress, until, held } = arriving;
  const { action, scope, resources: fixed } = accessOf(method);
  const credential = bearerOf(header);
  const peerAddress = await clientAddress(header, socketAddress, options.serviceKeys);
  const asking: CallContextInit = { credential, peerAddress, requestId };
  const admission = new Admission(options, { method, credential, peerAddress, held });
  let principal: Principal | undefined;
  const asked: Question[] = [];
  let decided = scope === Scope.SELF || scope === Scope.PUBLIC;

  const decide = async (resources: readonly ResourceInit[], semantic: Semantic = Semantic.ALL, of = action) => {
    decided = true;
    const decisions = [];
    for (let from = 0; from < resources.length; from += BATCH) {
      const batch = resources.slice(from, from + BATCH);
      const question = { context: asking, action: of, resources: batch, requestTags: tagsOf(request), semantic };
      if (semantic === Semantic.ALL) asked.push(question);
      const answer = await admission.of(options.authorizer.authorize(question, { until }));
      principal = answer.principal;
      decisions.push({ question, answer });
    }
    return decisions;
  };
  const authorize: Call['authorize'] = async (resources, options) => {
    if (resources.length === 0) throw new Error(`${method.name} asked for a decision about nothing`);
    const decisions = await decide(resources, Semantic.ALL, options?.action);
    for (const { question, answer } of decisions) requireAllowed(question, answer);
  };

  await admission.begin();
  if (scope !== Scope.PUBLIC && credential === '') {
    throw new Refusal('unauthenticated', 'AuthFailure.TokenFailure', 'no bearer token was sent; log in first');
  }
  const authenticate = async () => {
    const known = await admission.of(
      options.authorizer.authenticate(asking, { until }).then((who) => ({ principal: who })),
    );
    principal = known.principal;
  };
  switch (scope) {
    case Scope.PUBLIC:
      break;
    case Scope.OPERATION:
    case Scope.SERVICE:
      await authorize([{ resource: '*' }]);
      break;
    case Scope.SELF:
    case Scope.HANDLER:
      await authenticate();
      break;
    case Scope.FIELDS: {
      const named = [...new Set(namedResources(method, request, options.region))];
      if (named.length > MOST_RESOURCES) {
        throw new Refusal(
          'invalid',
          'InvalidParameterValue.LimitExceeded',
          `the request names ${named.length} resources; the most is ${MOST_RESOURCES}`,
        );
      }
      if (named.length === 0) await authenticate();
      else
        await authorize(
          [...fixed.map((path) => fixedResource(action, options.region, path)), ...named].map((name) => ({
            resource: name,
          })),
        );
      break;
    }
    default:
      throw new Error(`${method.parent.typeName}.${method.name} declares no scope`);
  }

  return {
    requestId,
    peerAddress,
    credential,
    asked,
    get caller(): Caller {
      if (!principal) throw new Error(`${method.name} is public: it has no caller`);
      return principal;
    },
    get callerName() {
      return principal?.name;
    },
    authorize,
    async plan(kinds) {
      decided = true;
      const answer = await options.authorizer.plan({ context: asking, action, kinds }, { until });
      principal = answer.principal;
      return answer.plans;
    },
    async allowed(resources) {
      // many rows share a resource; ask once for each
      const key = (init: ResourceInit) => JSON.stringify([init.resource, init.tags ?? [], init.attributes ?? []]);
      const distinct = new Map(resources.map((init) => [key(init), init]));
      const answers = (await decide([...distinct.values()], Semantic.EACH)).flatMap(({ answer }) => answer.outcomes);
      const allowed = new Set([...distinct.keys()].filter((_, index) => answers[index]?.outcome === Outcome.ALLOWED));
      return resources.map((init) => allowed.has(key(init)));
    },
    concernsCallerOnly() {
      decided = true;
    },
    async decideAgain() {
      if (asked.length === 0) await options.authorizer.authenticate(asking);
      for (const question of asked) requireAllowed(question, await options.authorizer.authorize(question));
    },
    settle() {
      if (!decided) throw new Error(`${method.name} answered without a decision`);
    },
  };
}

function requireAllowed({ action, context: { requestId = '' } }: Question, { outcomes, decisionId }: Answer): void {
  const denied = outcomes.find(({ outcome }) => outcome !== Outcome.ALLOWED);
  if (denied) throw denial({ action, resource: denied.resource, requestId, decisionId });
}

/** What was denied to whom, for the refusal. */
interface Denied {
  readonly action: string;
  readonly resource: string;
  readonly requestId: string;
  readonly decisionId: string;
}

/** The refusal of a denied call: it names action and resource, so that the caller knows what to ask for. */
export function denial({ action, resource: name, requestId, decisionId }: Denied): Refusal {
  return new Refusal(
    'denied',
    'UnauthorizedOperation.CamAuthFailed',
    `you are not authorized to perform operation (${action}) on resource (${name}); decision ${decisionId}, request ${requestId}`,
    { action, resource: name },
  );
}

/** Headers by which the gateway says for whom it calls. */
export const FORWARDED_FOR = 'x-muster-forwarded-for';
export const FORWARDER_TOKEN = 'x-muster-forwarder-token';

/**
 * The address that the gateway vouches for in these headers; undefined when there is none, or when somebody else says so. Doors that only the
 * gateway may use refuse whoever this is undefined of.
 */
export async function forwardedAddress(header: HeaderLookup, keys: ServiceKeys): Promise<string | undefined> {
  const forwarded = header(FORWARDED_FOR);
  if (!forwarded) return undefined;
  const forwarder = await verifyServiceToken(header(FORWARDER_TOKEN) ?? '', keys);
  return forwarder === 'gateway' ? forwarded : undefined;
}

async function clientAddress(
  header: HeaderLookup,
  socketAddress: string,
  keys: ServiceKeys | undefined,
): Promise<string> {
  return (keys && (await forwardedAddress(header, keys))) ?? socketAddress;
}

function bearerOf(header: HeaderLookup): string {
  const value = header('authorization') ?? '';
  return value.toLowerCase().startsWith('bearer ') ? value.slice(7).trim() : '';
}

function fixedResource(action: string, region: string, path: string): string {
  return `qcs::${action.slice(0, action.indexOf(':'))}:${region}::${path}`;
}

/** The resources that a request's annotated fields name, in field order; empty fields name none. */
export function namedResources(method: DescMethod, request: Message, region: string): string[] {
  const values = request as unknown as Record<string, unknown>;
  return accessOf(method).named.flatMap(({ field, type }) => {
    const value = values[field];
    const ids = (Array.isArray(value) ? value : [value])
      .map(String)
      .filter((id) => id !== '' && id !== '0' && id !== 'undefined');
    return ids.map((id) => resourceName(type, region, id));
  });
}

function tagsOf(request: Message): MessageInitShape<typeof TagSchema>[] {
  const { tags } = request as { tags?: unknown };
  return Array.isArray(tags) ? tags : [];
}
