import { isId } from '@muster/kernel';

/** Why an order is not taken, in the order of the ladder. */
export const REFUSALS = [
  'unparsable',
  'unknown-key',
  'bad-signature',
  'malformed',
  'foreign',
  'stale-session',
  'expired',
  'known',
  'finished',
] as const;
export type AdmissionRefusal = (typeof REFUSALS)[number];

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

/** The rungs above the signature; undefined admits the order. */
export function refusalOf(order: OrderClaims, facts: AdmissionFacts): AdmissionRefusal | undefined {
  // the id becomes the name of a folder
  if (!isId(order.invocationTaskId, 'invt')) return 'malformed';
  if (order.tenant !== facts.tenant || order.instanceId !== facts.instanceId) return 'foreign';
  if (order.epoch !== facts.epoch) return 'stale-session';
  if (order.expiresMs <= facts.serviceNowMs) return 'expired';
  if (facts.isKnown(order.invocationTaskId)) return 'known';
  if (facts.isFinished(order.invocationTaskId)) return 'finished';
  return undefined;
}
