import { type Clock, isoSeconds, Refusal, type ResourcePlan } from '@muster/kernel';
import { type AccessLevel, decide, plan, type ResourceDecision } from '@muster/policy';
import { denial, type ServiceKeys, verifyServiceToken } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { Audit } from '../audit/audit.ts';
import { newDecisionId } from '../audit/decision-id.ts';
import type { BearerTokens } from '../crypto/bearer-tokens.ts';
import type { AccessAnswer, AccessQuestion, Brought, ConditionKeys, PlanQuestion } from '../domain/access.ts';
import type { Identity, UserIdentity } from '../domain/identity.ts';
import { accessLevel, checkKinds, checkResources, withAccount } from '../domain/question.ts';
import { isInternal, serviceMay } from '../domain/service-access.ts';
import type { PolicyReader } from '../store/policy-store.ts';
import type { PrincipalReader } from '../store/principal-store.ts';
import type { RoleReader } from '../store/role-store.ts';
import type { TagReader } from '../store/tag-store.ts';
import type { CompiledPrincipals } from './compiled-principals.ts';
import {
  ASSUME_ROLE,
  asTrusted,
  describeResources,
  gatherDecisions,
  requestedResources,
} from './described-resources.ts';

/** The state of things that a decision rests on: the newest that is committed, or that of a transaction. */
export interface State {
  readonly principals: Pick<PrincipalReader, 'ofToken'>;
  readonly policies: PolicyReader;
  readonly roles: RoleReader;
  readonly tags: TagReader;
}

/** What the decider works with. */
export interface DeciderParts {
  readonly state: State;
  readonly bearerTokens: BearerTokens;
  readonly serviceKeys: ServiceKeys;
  readonly principals: CompiledPrincipals;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A question that was answered with no. */
export interface Denied {
  readonly question: AccessQuestion;
  readonly answer: AccessAnswer;
  readonly level: AccessLevel;
}

/** Says who is asking, and whether they may. No decision is remembered from one question to the next. */
export class Decider {
  readonly #parts: DeciderParts;
  #second = { at: Number.NaN, text: '' };

  constructor(parts: DeciderParts) {
    this.#parts = parts;
  }

  /** Whose credential this is. Throws AuthFailure.TokenFailure when it is nobody's (any more). */
  async identify(credential: string, state = this.#parts.state): Promise<Identity> {
    const { bearerTokens, serviceKeys, clock } = this.#parts;
    const now = clock.now();
    let claims = bearerTokens.remembered(credential, now);
    if (!claims) {
      const service = await verifyServiceToken(credential, serviceKeys);
      if (service !== undefined) return { kind: 'service', name: service };
      claims = await bearerTokens.verify(credential, now);
    }
    const holder = claims && (await state.principals.ofToken(claims.tokenId));
    if (!holder || holder.endsAt <= now || holder.identity.accountUin !== claims!.accountUin) {
      throw new Refusal(
        'unauthenticated',
        'AuthFailure.TokenFailure',
        'the token is not valid or has ended; log in again',
      );
    }
    return holder.identity;
  }

  /** Decides, and answers once whatever has to go on record is there. */
  async decide(question: AccessQuestion): Promise<AccessAnswer> {
    const { answer, level } = await this.#answer(question, this.#parts.state);
    await this.#parts.audit.decision(question, answer, level);
    return answer;
  }

  /**
   * What was decided before, as things are in a transaction: undefined as long as it is allowed. A denial is not on record yet:
   * it would be rolled back with the transaction.
   */
  async deniedIn(question: AccessQuestion, state: State): Promise<Denied | undefined> {
    const { answer, level } = await this.#answer(question, state);
    return answer.allowed ? undefined : { question, answer, level };
  }

  /** Puts such a denial on record, once the transaction is rolled back. */
  async recordDenied({ question, answer, level }: Denied): Promise<void> {
    await this.#parts.audit.decision(question, answer, level);
  }

  /** One plan per kind, in the order asked, of what may be done to which resources. Nothing goes on record. */
  async plan({ brought, action, kinds, requestContext }: PlanQuestion) {
    accessLevel(action);
    checkKinds(kinds);
    const identity = await this.identify(brought.credential);
    if (identity.kind === 'service' || isInternal(action)) {
      return { identity, plans: kinds.map((kind) => ({ kind, plan: NEVER })) };
    }
    const principal = await this.#compiled(identity, this.#parts.state);
    const context = this.#context(identity, { brought, requestContext });
    const plans = kinds.map((kind) => {
      const resource = withAccount(kind, identity.accountUin);
      return { kind: resource, plan: plan(principal, { action, resource, context }) };
    });
    if (plans.some(({ plan: { kind } }) => kind !== 'never')) this.#parts.audit.count(identity, action);
    return { identity, plans };
  }

  async #answer(question: AccessQuestion, state: State): Promise<{ answer: AccessAnswer; level: AccessLevel }> {
    const level = accessLevel(question.action);
    checkResources(question.resources);
    const identity = await this.identify(question.brought.credential, state);
    const decisions =
      identity.kind === 'service' || isInternal(question.action)
        ? decideInternal(identity, question)
        : await this.#decideForUser(identity, question, state);
    const allowed = decisions.every(({ outcome }) => outcome === 'allowed');
    const answer = { identity, allowed, decisions, decisionId: newDecisionId() };
    if (!allowed && question.semantic === 'all') this.#logDenial(answer, question);
    return { answer, level };
  }

  async #decideForUser(
    user: UserIdentity,
    question: AccessQuestion,
    state: State,
  ): Promise<readonly ResourceDecision[]> {
    const { action, resources, requestTags } = question;
    const principal = await this.#compiled(user, state);
    const context = this.#context(user, question);
    const { accountUin } = user;
    if (!resources.some(({ resource }) => resource.includes(':cam:'))) {
      // of other services' resources nothing more is known here than what was said
      const asked = resources.map(({ resource, tags, attributes }) => ({
        name: withAccount(resource, accountUin),
        tags,
        attributes,
      }));
      return decide(principal, { action, resources: asked, requestTags, context }).resources;
    }
    const described = await describeResources(resources, { action, accountUin, roles: state.roles, tags: state.tags });
    const verdicts = decide(principal, { action, resources: requestedResources(described), requestTags, context });
    const decisions = gatherDecisions(described, verdicts.resources);
    return action === ASSUME_ROLE ? asTrusted(user, described, { decisions, context }) : decisions;
  }

  #compiled(user: UserIdentity, { policies }: State) {
    return this.#parts.principals.of(user, (ref) => policies.document(ref));
  }

  /** What the request as a whole is known by; what this service knows itself comes last. */
  #context(
    { mfa }: UserIdentity,
    { brought, requestContext }: { brought: Brought; requestContext: ConditionKeys },
  ): ConditionKeys {
    return {
      ...requestContext,
      'qcs:current_time': this.#currentTime(),
      'qcs:ip': brought.peerAddress,
      'qcs:mfa': mfa ? '1' : '0',
    };
  }

  /** The same text for a whole second. */
  #currentTime(): string {
    const second = Math.floor(this.#parts.clock.now() / 1_000);
    if (second !== this.#second.at) this.#second = { at: second, text: isoSeconds(second * 1_000) };
    return this.#second.text;
  }

  #logDenial({ identity, decisions, decisionId }: AccessAnswer, { action, brought }: AccessQuestion): void {
    const denied = decisions.filter(({ outcome }) => outcome !== 'allowed');
    const who =
      identity.kind === 'user' ? { account: identity.accountUin, uin: identity.uin } : { service: identity.name };
    const { requestId, service: asking } = brought;
    this.#parts.logger.info(
      { decisionId, requestId, asking, action, ...who, denied: denied.length, first: denied[0] },
      'access denied',
    );
  }
}

const NEVER: ResourcePlan = { kind: 'never', allOf: [], noneOf: [] };

/** The refusal that a denied question ends in. */
export function refusalOf({ question: { action, brought }, answer: { decisions, decisionId } }: Denied): Refusal {
  const { resource } = decisions.find(({ outcome }) => outcome !== 'allowed')!;
  return denial({ action, resource, requestId: brought.requestId, decisionId });
}

function decideInternal(identity: Identity, { action, resources }: AccessQuestion): ResourceDecision[] {
  const allowed = identity.kind === 'service' && serviceMay(identity.name, action);
  return resources.map(({ resource }) => ({ resource, outcome: allowed ? 'allowed' : 'implicit_deny' }));
}
