import type { ContextValue, ResourceDecision, Tags } from '@muster/policy';
import type { Identity } from './identity.ts';

/** What a caller brought, where from, and through whom. */
export interface Brought {
  /** A bearer token. */
  readonly credential: string;
  readonly peerAddress: string;
  readonly requestId: string;
  /** The service that was called and asks; this one's own name for calls to itself. */
  readonly service: string;
}

/** Condition keys and their values, as the asking service knows them. */
export type ConditionKeys = Readonly<Record<string, ContextValue>>;

/** Something a decision is about. */
export interface AskedResource {
  readonly resource: string;
  readonly tags: Tags;
  /** Its other condition keys. */
  readonly attributes?: ConditionKeys | undefined;
}

/** May whoever brought this do that? */
export interface AccessQuestion {
  readonly brought: Brought;
  readonly action: string;
  readonly resources: readonly AskedResource[];
  readonly requestTags: Tags;
  /** Condition keys of the request as a whole. */
  readonly requestContext: ConditionKeys;
  /** `all`: one denied resource denies the request. `each`: the caller leaves out what is denied. */
  readonly semantic: 'all' | 'each';
}

/** One decision per resource, in the order asked. */
export interface AccessAnswer {
  readonly identity: Identity;
  /** Whether every resource is allowed. */
  readonly allowed: boolean;
  readonly decisions: readonly ResourceDecision[];
  readonly decisionId: string;
}

/** Which resources of whole kinds may whoever brought this do that to? */
export interface PlanQuestion {
  readonly brought: Brought;
  readonly action: string;
  /** Each six segments that end in a star. */
  readonly kinds: readonly string[];
  readonly requestContext: ConditionKeys;
}
