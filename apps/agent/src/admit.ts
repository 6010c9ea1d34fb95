import { createPublicKey, verify } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import { type SignedTask, SignedTaskSchema, type TaskOrder, TaskOrderSchema } from '@muster/contract';
import { type AdmissionFacts, type AdmissionRefusal, REFUSALS, refusalOf } from './domain/admission.ts';

/** An order that may be claimed, with the exact bytes that were signed. */
export interface Admitted {
  readonly order: TaskOrder;
  readonly bytes: Uint8Array;
}

/** Decides which orders are taken at all. One early exit and one counter per reason. */
export class Admission {
  /** How many orders were refused, by reason. */
  readonly refused = Object.fromEntries(REFUSALS.map((reason) => [reason, 0])) as Record<AdmissionRefusal, number>;

  /** Reads, verifies and judges what arrived. `signingKeys` are the pinned ones: raw Ed25519 in base64, by key id. */
  admit(
    data: Uint8Array,
    signingKeys: Readonly<Record<string, string>>,
    facts: AdmissionFacts,
  ): Admitted | AdmissionRefusal {
    const answer = ladder(data, signingKeys, facts);
    if (typeof answer === 'string') this.refused[answer] += 1;
    return answer;
  }
}

function ladder(
  data: Uint8Array,
  signingKeys: Readonly<Record<string, string>>,
  facts: AdmissionFacts,
): Admitted | AdmissionRefusal {
  const envelope = parsed<SignedTask>(() => fromBinary(SignedTaskSchema, data));
  if (!envelope) return 'unparsable';
  const key = Object.hasOwn(signingKeys, envelope.keyId) ? signingKeys[envelope.keyId] : undefined;
  if (!key) return 'unknown-key';
  if (!isSigned(envelope, key)) return 'bad-signature';
  const order = parsed<TaskOrder>(() => fromBinary(TaskOrderSchema, envelope.order));
  if (!order) return 'unparsable';
  return refusalOf({ ...order, expiresMs: Number(order.expiresMs) }, facts) ?? { order, bytes: envelope.order };
}

function isSigned({ order, signature }: SignedTask, key: string): boolean {
  const x = Buffer.from(key, 'base64').toString('base64url');
  return verify(null, order, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
