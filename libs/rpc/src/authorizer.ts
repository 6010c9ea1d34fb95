import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import {
  AuthorizationService,
  type CallContextSchema,
  Outcome,
  type Principal,
  Semantic,
  type TagSchema,
} from '@muster/contract';
import { Refusal, type ResourcePlan } from '@muster/kernel';
import type { ResourceInit } from './call.ts';
import { createServiceClient } from './client.ts';
import { isKindAsked, planFromProto } from './plan.ts';
import { type SteadyOptions, steadyAuthorizer } from './steady-authorizer.ts';

/** What a caller brought and where from. */
export type CallContextInit = MessageInitShape<typeof CallContextSchema>;

/** A question for the decision point. */
export interface Question {
  readonly context: CallContextInit;
  readonly action: string;
  /** 1 to 200. */
  readonly resources: readonly ResourceInit[];
  readonly requestTags?: readonly MessageInitShape<typeof TagSchema>[];
  /** ALL when absent. With EACH the caller leaves out what is denied, and that is no denial on record. */
  readonly semantic?: Semantic;
}

/** Its answer: who asked, and one outcome per resource in the order asked. */
export interface Answer {
  readonly principal: Principal;
  readonly outcomes: readonly { readonly resource: string; readonly outcome: Outcome }[];
  readonly decisionId: string;
}

/** A question about whole kinds of resources, for lists. */
export interface PlanQuestion {
  readonly context: CallContextInit;
  readonly action: string;
  /** 1 to 8, each six segments that end in the path up to the id and a star: `qcs::tat:ap-guangzhou::command/*`. */
  readonly kinds: readonly string[];
}

/** Its answer: who asked, and one plan per kind in the order asked. */
export interface PlanAnswer {
  readonly principal: Principal;
  readonly plans: readonly ResourcePlan[];
}

/** How long whoever asks will wait. */
export interface Patience {
  /** Epoch milliseconds; for ever when absent. */
  readonly until?: number | undefined;
}

/** Where decisions are made. iam-svc itself answers in process, every other service asks it. */
export interface Authorizer {
  authenticate(context: CallContextInit, patience?: Patience): Promise<Principal>;
  authorize(question: Question, patience?: Patience): Promise<Answer>;
  plan(question: PlanQuestion, patience?: Patience): Promise<PlanAnswer>;
}

/** How long a decision may take before the call is refused as unavailable. */
const DEADLINE_MS = 5_000;

/**
 * An authorizer that asks iam-svc for every call, for no longer than whoever asks will wait. No answer, a late one or a malformed one is
 * a refusal: it fails closed. A slow iam-svc is asked less (see `steadyAuthorizer`).
 */
export function remoteAuthorizer(transport: Transport, options?: SteadyOptions): Authorizer {
  return steadyAuthorizer(askingAuthorizer(transport), options);
}

function askingAuthorizer(transport: Transport): Authorizer {
  const iam = createServiceClient(AuthorizationService, transport);
  return {
    async authenticate(context, patience) {
      const { principal } = await iam.authenticate({ context }, within(patience));
      if (!principal) throw malformed();
      return principal;
    },
    async authorize({ context, action, resources, requestTags, semantic = Semantic.ALL }, patience) {
      const question = { context, action, resources: [...resources], requestTags: [...(requestTags ?? [])], semantic };
      const answer = await iam.authorize(question, within(patience));
      if (!answer.principal || answer.decisions.length !== resources.length) throw malformed();
      const everyAllowed = answer.decisions.every((decision) => decision.outcome === Outcome.ALLOWED);
      if (answer.allowed !== everyAllowed) throw malformed();
      return { principal: answer.principal, outcomes: answer.decisions, decisionId: answer.decisionId };
    },
    async plan({ context, action, kinds }, patience) {
      const question = { context, action, resources: [...kinds] };
      const { principal, plans } = await iam.planResources(question, within(patience));
      if (!principal || plans.length !== kinds.length) throw malformed();
      if (!plans.every((plan, index) => isKindAsked(plan.resource, kinds[index]!))) throw malformed();
      return { principal, plans: plans.map(planFromProto) };
    },
  };
}

function within(patience: Patience | undefined): { timeoutMs: number } {
  const left = (patience?.until ?? Number.POSITIVE_INFINITY) - Date.now();
  return { timeoutMs: Math.max(1, Math.min(DEADLINE_MS, left)) };
}

function malformed(): Refusal {
  return new Refusal(
    'unavailable',
    'ServiceUnavailable',
    'the access decision came back malformed; the call was refused',
  );
}
