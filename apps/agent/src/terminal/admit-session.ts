import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import {
  type SessionMessage,
  SessionMessageSchema,
  type SessionOrder,
  SessionOrderSchema,
  type SignedSessionMessage,
  SignedSessionMessageSchema,
  type SignedSessionOrder,
  SignedSessionOrderSchema,
} from '@muster/contract';
import { isId } from '@muster/kernel';
import { MOST_CELLS, signedText } from '@muster/terminal';
import { isSignedBy } from '../admit.ts';
import { type OrderRefusal, unsupportedIn } from '../domain/admission.ts';
import { AGENT_SESSION_FEATURES } from '../domain/session-features.ts';

/** What the agent knows when somebody wants a shell. */
export interface SessionAdmission {
  /** The pinned keys: raw Ed25519 in base64, by key id. */
  readonly signingKeys: Readonly<Record<string, string>>;
  readonly tenant: string;
  readonly instanceId: string;
  /** The agent's session with the service. */
  readonly epoch: bigint;
  /** The service's clock, milliseconds since 1970. */
  readonly serviceNowMs: number;
  /** Whether this session is open here, or was since orders that old could still be good. */
  readonly isKnown: (sessionId: string) => boolean;
  /** Why the machine will have no such shell, in words. */
  readonly veto: (order: SessionOrder) => string | undefined;
}

/** A shell that may be opened, with the key that everything said to it is signed with. */
export interface AdmittedSession {
  readonly order: SessionOrder;
  readonly frameKey: KeyObject;
  /** The order as it was signed. */
  readonly bytes: Uint8Array;
}

/** A shell that is not opened; `info` is there when the service is to be told. */
export interface RefusedSession {
  readonly reason: OrderRefusal;
  /** Of a genuine order that is refused for itself. */
  readonly sessionId?: string;
  readonly info?: string;
}

const CONNECTED_ANEW = 'the machine connected anew since the session was ordered; try again';

/** The ladder of tasks, for shells: one early exit per reason. */
export function admitSession(data: Uint8Array, admission: SessionAdmission): AdmittedSession | RefusedSession {
  const { signingKeys, veto } = admission;
  const envelope = parsed<SignedSessionOrder>(() => fromBinary(SignedSessionOrderSchema, data));
  if (!envelope) return { reason: 'unparsable' };
  const key = Object.hasOwn(signingKeys, envelope.keyId) ? signingKeys[envelope.keyId] : undefined;
  if (!key) return { reason: 'unknown-key' };
  if (!isSignedBy(key, signedText('order', envelope.order), envelope.signature)) return { reason: 'bad-signature' };
  const order = parsed<SessionOrder>(() => fromBinary(SessionOrderSchema, envelope.order));
  if (!order) return { reason: 'unparsable-order' };
  const reason = refusalOf(order, admission);
  const { sessionId, requiredFeatures } = order;
  if (reason === 'known') return { reason, sessionId };
  // whoever has a newer session says so; one that was fenced off says nothing
  if (reason === 'stale-session' && order.epoch < admission.epoch) return { reason, sessionId, info: CONNECTED_ANEW };
  if (reason) return { reason };
  const unsupported = unsupportedIn({ requiredFeatures, language: 'a shell' }, AGENT_SESSION_FEATURES);
  if (unsupported) return { reason: 'unsupported', sessionId, info: unsupported };
  const vetoed = veto(order);
  if (vetoed) return { reason: 'vetoed', sessionId, info: vetoed };
  return sessionOf(envelope.order);
}

/** What the bytes of an order say, once they are known to be genuine. */
export function sessionOf(bytes: Uint8Array): AdmittedSession {
  const order = fromBinary(SessionOrderSchema, bytes);
  return { order, frameKey: keyOf(order.frameKey), bytes };
}

function refusalOf(order: SessionOrder, admission: SessionAdmission): OrderRefusal | undefined {
  // the id becomes part of subjects and the name of a control group
  if (!isId(order.sessionId, 'ses') || order.frameKey.length !== 32) return 'malformed';
  if (!isSize(order.columns) || !isSize(order.rows)) return 'malformed';
  if (order.tenant !== admission.tenant || order.instanceId !== admission.instanceId) return 'foreign';
  if (order.epoch !== admission.epoch) return 'stale-session';
  if (order.expiresMs <= BigInt(Math.floor(admission.serviceNowMs))) return 'expired';
  return admission.isKnown(order.sessionId) ? 'known' : undefined;
}

/** What was said to this shell by whoever has its frame key; undefined for everything else. */
export function messageFor({ order, frameKey }: AdmittedSession, data: Uint8Array): SessionMessage | undefined {
  const envelope = parsed<SignedSessionMessage>(() => fromBinary(SignedSessionMessageSchema, data));
  if (!envelope || !verify(null, signedText('message', envelope.message), frameKey, envelope.signature))
    return undefined;
  const message = parsed<SessionMessage>(() => fromBinary(SessionMessageSchema, envelope.message));
  return message?.sessionId === order.sessionId ? message : undefined;
}

function isSize(cells: number): boolean {
  return cells >= 1 && cells <= MOST_CELLS;
}

function keyOf(raw: Uint8Array): KeyObject {
  const x = Buffer.from(raw).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
