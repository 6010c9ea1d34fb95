import { createPublicKey, verify } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import { type SignedTask, SignedTaskSchema, type TaskOrder, TaskOrderSchema } from '@muster/contract';
import {
  type AdmissionFacts,
  AGENT_FEATURES,
  type OrderRefusal,
  refusalOf,
  unsupportedIn,
} from './domain/admission.ts';
import { runnerOf } from './runners/index.ts';

/** An order that may be claimed, with the exact bytes that were signed. */
export interface Admitted {
  readonly order: TaskOrder;
  readonly bytes: Uint8Array;
}

/** An order that is not taken. */
export interface Refused {
  readonly reason: OrderRefusal;
  /** Set for a genuine order that this machine will not carry out: its task ends with these words. */
  readonly end?: { readonly invocationTaskId: string; readonly errorInfo: string };
  /** Set for a genuine order of a task that this machine has finished: the service has forgotten it. */
  readonly finished?: string;
}

/** What the ladder needs to know of the agent. */
export interface Admission extends AdmissionFacts {
  /** The pinned keys: raw Ed25519 in base64, by key id. */
  readonly signingKeys: Readonly<Record<string, string>>;
  /** Why the machine will not carry out an order, in words. */
  readonly veto: (order: TaskOrder) => string | undefined;
}

/** Decides whether an order is taken at all: one early exit per reason. The signature covers every field, for it is over the whole order. */
export function admit(data: Uint8Array, admission: Admission): Admitted | Refused {
  const { signingKeys, veto } = admission;
  const envelope = parsed<SignedTask>(() => fromBinary(SignedTaskSchema, data));
  if (!envelope) return { reason: 'unparsable' };
  const key = Object.hasOwn(signingKeys, envelope.keyId) ? signingKeys[envelope.keyId] : undefined;
  if (!key) return { reason: 'unknown-key' };
  if (!isSignedBy(key, envelope.order, envelope.signature)) return { reason: 'bad-signature' };
  const order = parsed<TaskOrder>(() => fromBinary(TaskOrderSchema, envelope.order));
  if (!order) return { reason: 'unparsable-order' };
  const reason = refusalOf({ ...order, expiresMs: Number(order.expiresMs) }, admission);
  if (reason === 'finished') return { reason, finished: order.invocationTaskId };
  if (reason) return { reason };
  const { invocationTaskId, requiredFeatures, commandType } = order;
  const unsupported = unsupportedIn({ requiredFeatures, language: runnerOf(commandType)?.feature }, AGENT_FEATURES);
  if (unsupported) return { reason: 'unsupported', end: { invocationTaskId, errorInfo: unsupported } };
  const vetoed = veto(order);
  if (vetoed) return { reason: 'vetoed', end: { invocationTaskId, errorInfo: vetoed } };
  return { order, bytes: envelope.order };
}

/** Whether the owner of a pinned key (raw Ed25519 in base64) signed these bytes. */
export function isSignedBy(key: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(key, 'base64').toString('base64url');
  return verify(null, bytes, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
