import { isId } from '@muster/kernel';

/** Why an order is not taken, in the order of the ladder: the first rung that breaks is the one that counts. */
export const ORDER_REFUSALS = [
  /** The envelope does not parse. */
  'unparsable',
  /** Signed with a key that this machine does not accept. */
  'unknown-key',
  'bad-signature',
  /** Rightly signed, and yet no order. */
  'unparsable-order',
  /** The task's id is none. */
  'malformed',
  /** For another machine or tenant. */
  'foreign',
  'stale-session',
  'expired',
  /** The journal holds the task. */
  'known',
  /** The task is over. */
  'finished',
  /** It asks for what this agent cannot do. */
  'unsupported',
  /** The machine's veto file refuses it. */
  'vetoed',
] as const;
export type OrderRefusal = (typeof ORDER_REFUSALS)[number];

/** Everything that the agent refuses, each with a counter of its own. */
export const REFUSALS = [
  ...ORDER_REFUSALS,
  /** A message of another kind that does not parse, or of a kind that there is not. */
  'unreadable-message',
  /** New signing keys that no known key vouches for. */
  'unproven-keys',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** The claims of an order, once its signature is proven. */
export interface OrderClaims {
  readonly tenant: string;
  readonly instanceId: string;
  readonly epoch: bigint;
  readonly invocationTaskId: string;
  /** Milliseconds since 1970 by the service's clock. */
  readonly expiresMs: number;
}

/** What the agent knows when an order comes in. */
export interface AdmissionFacts {
  readonly tenant: string;
  readonly instanceId: string;
  /** The session that listens. */
  readonly epoch: bigint;
  /** The service's clock, milliseconds since 1970. */
  readonly serviceNowMs: number;
  /** Whether the journal holds it. */
  readonly isKnown: (id: string) => boolean;
  /** Whether it is over. */
  readonly isFinished: (id: string) => boolean;
}

/** The rungs between the signature and what the machine is willing to do; undefined lets the order pass. */
export function refusalOf(order: OrderClaims, facts: AdmissionFacts): OrderRefusal | undefined {
  // the id becomes the name of a folder
  if (!isId(order.invocationTaskId, 'invt')) return 'malformed';
  if (order.tenant !== facts.tenant || order.instanceId !== facts.instanceId) return 'foreign';
  if (order.epoch !== facts.epoch) return 'stale-session';
  if (order.expiresMs <= facts.serviceNowMs) return 'expired';
  if (facts.isKnown(order.invocationTaskId)) return 'known';
  if (facts.isFinished(order.invocationTaskId)) return 'finished';
  return undefined;
}

/** What this agent can do beside running scripts. An order that requires more is refused. */
export const AGENT_FEATURES: readonly string[] = ['HIDDEN_VALUES', 'OUTPUT_UPLOAD'];

/** Why an order asks too much of an agent that can do so much, in words; undefined when it does not. */
export function unsupportedIn(
  order: {
    readonly requiredFeatures: readonly string[];
    /** Undefined for a language that came up after this agent. */
    readonly language: string | undefined;
  },
  features: readonly string[],
): string | undefined {
  const missing = order.requiredFeatures.filter((feature) => !features.includes(feature));
  if (order.language === undefined) missing.push('the language of the script');
  if (missing.length === 0) return undefined;
  // names that this agent never heard of go back to people: short, and nothing but names
  const names = missing.map((name) => name.replaceAll(/[^\w. -]/g, '?').slice(0, 40)).slice(0, 5);
  return `UNSUPPORTED: the order needs ${names.join(', ')}, which this version of the agent does not know; upgrade it`;
}
