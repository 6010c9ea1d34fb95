import { type Clock, isoSeconds, Refusal, randomText } from '@muster/kernel';
import { type AttachedPolicy, authorize, type ResourceDecision, type Tags } from '@muster/policy';
import { type ServiceKeys, verifyServiceToken } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import type { BearerTokens } from './crypto/bearer-tokens.ts';
import { type Identity, isRoot, type PolicyRef, type UserIdentity } from './domain/identity.ts';
import { checkAction, checkResources, withAccount } from './domain/question.ts';
import { isInternal, serviceMay } from './domain/service-access.ts';
import type { TokenReader } from './store/token-store.ts';

/** What a caller brought and where from. */
export interface Brought {
  /** A bearer token. */
  readonly credential: string;
  readonly peerAddress: string;
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

/** What the decider works with. */
export interface DeciderParts {
  readonly tokens: TokenReader;
  readonly bearerTokens: BearerTokens;
  readonly serviceKeys: ServiceKeys;
  readonly compiled: { get(ref: PolicyRef): Promise<AttachedPolicy> };
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
  async identify(credential: string): Promise<Identity> {
    const { tokens, bearerTokens, serviceKeys, clock } = this.#parts;
    const service = await verifyServiceToken(credential, serviceKeys);
    if (service !== undefined) return { kind: 'service', name: service };
    const now = clock.now();
    const claims = await bearerTokens.verify(credential, now);
    const identity = claims && (await tokens.identity(claims.tokenId, now));
    if (!identity || identity.uin !== claims.uin || identity.accountUin !== claims.accountUin) {
      throw new Refusal(
        'unauthenticated',
        'AuthFailure.TokenFailure',
        'the token is not valid or has ended; log in again',
      );
    }
    return identity;
  }

  async decide(question: AccessQuestion): Promise<AccessAnswer> {
    checkAction(question.action);
    checkResources(question.resources);
    const identity = await this.identify(question.brought.credential);
    const { allowed, resources } =
      identity.kind === 'service' || isInternal(question.action)
        ? decideInternal(identity, question)
        : await this.#decideForUser(identity, question);
    const answer = { identity, allowed, decisions: resources, decisionId: randomText(16) };
    if (!allowed) this.#logDenial(answer, question.action);
    return answer;
  }

  async #decideForUser(user: UserIdentity, { brought, action, resources, requestTags }: AccessQuestion) {
    const { compiled, clock } = this.#parts;
    return authorize(
      {
        uin: user.uin,
        rootUin: user.accountUin,
        appId: user.appId,
        isRoot: isRoot(user),
        policies: await Promise.all(user.policies.map((ref) => compiled.get(ref))),
      },
      {
        action,
        resources: resources.map(({ resource, tags }) => ({ name: withAccount(resource, user.accountUin), tags })),
        requestTags,
        context: {
          'qcs:current_time': isoSeconds(clock.now()),
          'qcs:ip': brought.peerAddress,
          'qcs:mfa': '0',
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
