import { type Clock, isoSeconds, Refusal, randomText } from '@muster/kernel';
import { authorize, type ResourceDecision, type Tags } from '@muster/policy';
import { denial, type ServiceKeys, verifyServiceToken } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { CompiledPolicies } from './compiled-policies.ts';
import type { BearerTokens } from './crypto/bearer-tokens.ts';
import { type Identity, isRoot, type PolicyRef, type UserIdentity } from './domain/identity.ts';
import { checkAction, checkResources, withAccount } from './domain/question.ts';
import { isInternal, serviceMay } from './domain/service-access.ts';
import { withOwnTags } from './own-tags.ts';
import type { PolicyReader } from './store/policy-store.ts';
import type { PrincipalReader } from './store/principal-store.ts';
import type { TagReader } from './store/tag-store.ts';

/** What a caller brought and where from. */
export interface Brought {
  /** A bearer token. */
  readonly credential: string;
  readonly peerAddress: string;
  readonly requestId: string;
}

/** May whoever brought this do that? */
export interface AccessQuestion {
  readonly brought: Brought;
  readonly action: string;
  readonly resources: readonly { readonly resource: string; readonly tags: Tags }[];
  readonly requestTags: Tags;
}

/** One decision per resource, in the order asked. */
export interface AccessAnswer {
  readonly identity: Identity;
  readonly allowed: boolean;
  readonly decisions: readonly ResourceDecision[];
  readonly decisionId: string;
}

/** The state of things that a decision rests on: the newest that is committed, or that of a transaction. */
export interface State {
  readonly principals: PrincipalReader;
  readonly policies: PolicyReader;
  readonly tags: TagReader;
}

/** What the decider works with. */
export interface DeciderParts {
  readonly state: State;
  readonly bearerTokens: BearerTokens;
  readonly serviceKeys: ServiceKeys;
  readonly compiled: CompiledPolicies;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Says who is asking, and whether they may. Nothing is remembered from one question to the next. */
export class Decider {
  readonly #parts: DeciderParts;

  constructor(parts: DeciderParts) {
    this.#parts = parts;
  }

  /** Whose credential this is. Throws AuthFailure.TokenFailure when it is nobody's (any more). */
  async identify(credential: string, state = this.#parts.state): Promise<Identity> {
    const { bearerTokens, serviceKeys, clock } = this.#parts;
    const service = await verifyServiceToken(credential, serviceKeys);
    if (service !== undefined) return { kind: 'service', name: service };
    const now = clock.now();
    const claims = await bearerTokens.verify(credential, now);
    const identity = claims && (await state.principals.ofToken(claims.tokenId, now));
    if (!identity || identity.accountUin !== claims.accountUin) {
      throw new Refusal(
        'unauthenticated',
        'AuthFailure.TokenFailure',
        'the token is not valid or has ended; log in again',
      );
    }
    return identity;
  }

  /** Throws the same refusal as at the door when what was decided before is decided otherwise in this state. */
  async decideAgain(question: AccessQuestion, state: State): Promise<void> {
    const { decisions, decisionId } = await this.decide(question, state);
    const denied = decisions.find(({ outcome }) => outcome !== 'allowed');
    const { action, brought } = question;
    if (denied) throw denial({ action, resource: denied.resource, requestId: brought.requestId, decisionId });
  }

  async decide(question: AccessQuestion, state = this.#parts.state): Promise<AccessAnswer> {
    checkAction(question.action);
    checkResources(question.resources);
    const identity = await this.identify(question.brought.credential, state);
    const { allowed, resources } =
      identity.kind === 'service' || isInternal(question.action)
        ? decideInternal(identity, question)
        : await this.#decideForUser(identity, question, state);
    const answer = { identity, allowed, decisions: resources, decisionId: randomText(16) };
    if (!allowed) this.#logDenial(answer, question.action);
    return answer;
  }

  async #decideForUser(
    user: UserIdentity,
    { brought, action, resources, requestTags }: AccessQuestion,
    { policies, tags: ownTags }: State,
  ) {
    const { compiled, clock } = this.#parts;
    const load = (ref: PolicyRef) => compiled.get(ref, (one) => policies.document(one));
    const tagged = await withOwnTags(resources, { accountUin: user.accountUin, tags: ownTags });
    return authorize(
      {
        uin: user.uin,
        rootUin: user.accountUin,
        appId: user.appId,
        isRoot: isRoot(user),
        ...(user.boundary ? { boundary: await load(user.boundary) } : {}),
        policies: await Promise.all(user.policies.map(load)),
      },
      {
        action,
        resources: tagged.map(({ resource, tags }) => ({ name: withAccount(resource, user.accountUin), tags })),
        requestTags,
        context: {
          'qcs:current_time': isoSeconds(clock.now()),
          'qcs:ip': brought.peerAddress,
          'qcs:mfa': user.mfa ? '1' : '0',
        },
      },
    );
  }

  #logDenial({ identity, decisions, decisionId }: AccessAnswer, action: string): void {
    const denied = decisions.filter(({ outcome }) => outcome !== 'allowed');
    const who =
      identity.kind === 'user' ? { account: identity.accountUin, uin: identity.uin } : { service: identity.name };
    this.#parts.logger.info({ decisionId, action, ...who, denied: denied.length, first: denied[0] }, 'access denied');
  }
}

function decideInternal(identity: Identity, { action, resources }: AccessQuestion) {
  const allowed = identity.kind === 'service' && serviceMay(identity.name, action);
  const outcome = allowed ? ('allowed' as const) : ('implicit_deny' as const);
  return { allowed, resources: resources.map(({ resource }) => ({ resource, outcome })) };
}
