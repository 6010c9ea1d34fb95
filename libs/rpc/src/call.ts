import type { MessageInitShape } from '@bufbuild/protobuf';
import { createContextKey, type HandlerContext } from '@connectrpc/connect';
import type { PrincipalType, ResourceRefSchema } from '@muster/contract';
import type { ResourcePlan } from '@muster/kernel';
import type { Question } from './authorizer.ts';

/** Who is calling, as iam-svc says. */
export interface Caller {
  readonly type: PrincipalType;
  /** Root uin of the account the caller acts in; every query is bounded by it. */
  readonly accountUin: string;
  readonly uin: string;
  readonly name: string;
}

/** A resource to decide about; an empty account segment means the caller's own account. */
export type ResourceInit = MessageInitShape<typeof ResourceRefSchema>;

/** What a handler knows of the call it answers. */
export interface Call {
  readonly requestId: string;
  /** Throws when the method is public. */
  readonly caller: Caller;
  /** The address the call came from, for public methods that must judge it. */
  readonly peerAddress: string;
  /** The bearer token that came with the call. */
  readonly credential: string;
  /** What was decided about this call as a whole so far, for those who must decide it again at a later moment. */
  readonly asked: readonly Question[];
  /**
   * Passes when the method's action is allowed on every one of these resources, otherwise throws CamAuthFailed naming the first denied.
   * `action` asks about another one, for the rare method that does what depends on its subject.
   */
  authorize(resources: readonly ResourceInit[], options?: { readonly action: string }): Promise<void>;
  /** Which resources of these kinds (`qcs::tat:ap-guangzhou::command/*`) the method's action is allowed on, for the queries of list calls. */
  plan(kinds: readonly string[]): Promise<readonly ResourcePlan[]>;
  /** One answer per resource, for list calls that drop what the caller may not see. */
  allowed(resources: readonly ResourceInit[]): Promise<boolean[]>;
  /** Lets a call that turns out to be about the caller alone go on without a decision, as SCOPE_SELF does for whole methods. */
  concernsCallerOnly(): void;
}

export const callKey = createContextKey<Call | undefined>(undefined, { description: 'the call being answered' });

/** The call that a handler is answering. */
export function callOf(context: HandlerContext): Call {
  const call = context.values.get(callKey);
  if (!call) throw new Error('no call: the method is mounted without its guard');
  return call;
}
