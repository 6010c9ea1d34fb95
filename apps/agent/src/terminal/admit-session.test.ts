import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  SessionMessageSchema,
  SessionOrderSchema,
  SignedSessionMessageSchema,
  SignedSessionOrderSchema,
  SignedTaskSchema,
} from '@muster/contract';
import { signedText } from '@muster/terminal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '../admit.ts';
import { type AdmittedSession, admitSession, messageFor, type SessionAdmission } from './admit-session.ts';

const service = generateKeyPairSync('ed25519');
const frame = generateKeyPairSync('ed25519');
const rawOf = (key: KeyObject) => Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url');
const signingKeys = { k1: rawOf(service.publicKey).toString('base64') };

type OrderInit = MessageInitShape<typeof SessionOrderSchema>;
const full: OrderInit = {
  tenant: 'ATENANT',
  instanceId: 'ins-12345678',
  sessionId: 'ses-12345678',
  epoch: 4n,
  expiresMs: 1_000n,
  frameKey: rawOf(frame.publicKey),
  username: 'deploy',
  columns: 80,
  rows: 24,
  graceSeconds: 60,
  longestSeconds: 43_200,
};
const admission: SessionAdmission = {
  signingKeys,
  tenant: 'ATENANT',
  instanceId: 'ins-12345678',
  epoch: 4n,
  serviceNowMs: 999,
  isKnown: () => false,
  veto: () => undefined,
};
const orderOf = (order: OrderInit) => toBinary(SessionOrderSchema, create(SessionOrderSchema, order));
const envelope = (order: Uint8Array, signature: Uint8Array, keyId = 'k1') =>
  toBinary(SignedSessionOrderSchema, create(SignedSessionOrderSchema, { order, signature, keyId }));
const signed = (order: Uint8Array, key: KeyObject = service.privateKey) =>
  envelope(order, sign(null, signedText('order', order), key));
const judged = (data: Uint8Array, changes: Partial<SessionAdmission> = {}) => {
  const answer = admitSession(data, { ...admission, ...changes });
  return 'reason' in answer ? answer.reason : 'admitted';
};

describe('an order for a shell', () => {
  it('is taken as it was signed, and carries the key of what is said later', () => {
    const admitted = admitSession(signed(orderOf(full)), admission) as AdmittedSession;
    expect(Buffer.from(orderOf(admitted.order))).toEqual(Buffer.from(orderOf(full)));
    expect(rawOf(admitted.frameKey)).toEqual(rawOf(frame.publicKey));
  });

  it.each<[string, OrderInit, Partial<SessionAdmission>?]>([
    ['malformed', { ...full, sessionId: '../etc' }],
    ['malformed', { ...full, sessionId: 'invt-12345678' }],
    ['malformed', { ...full, frameKey: new Uint8Array(31) }],
    ['malformed', { ...full, rows: 0 }],
    ['malformed', { ...full, columns: 1_001 }],
    ['foreign', { ...full, tenant: 'AOTHER' }],
    ['foreign', { ...full, instanceId: 'ins-87654321' }],
    ['stale-session', full, { epoch: 3n }],
    ['stale-session', full, { epoch: 5n }],
    ['expired', full, { serviceNowMs: 1_000 }],
    ['known', full, { isKnown: (id) => id === 'ses-12345678' }],
    ['unsupported', { ...full, requiredFeatures: ['TIME_TRAVEL'] }],
    ['vetoed', full, { veto: ({ username }) => `no ${username} here` }],
    ['unknown-key', full, { signingKeys: {} }],
  ])('T7: is refused as %s', (reason, order, changes) => {
    expect(judged(signed(orderOf(order)), changes)).toBe(reason);
  });

  it('is answered by the newest of two machines that pass for the same one, and only by that', () => {
    expect(admitSession(signed(orderOf(full)), { ...admission, epoch: 3n })).toEqual({ reason: 'stale-session' });
    expect(admitSession(signed(orderOf(full)), { ...admission, epoch: 5n })).toMatchObject({
      sessionId: 'ses-12345678',
      info: expect.stringContaining('connected anew'),
    });
  });

  it('T7: is refused, or the same order, with any bit of its envelope changed', () => {
    const genuine = signed(orderOf(full));
    fc.assert(
      fc.property(fc.nat(genuine.length - 1), fc.nat(7), (at, bit) => {
        const changed = genuine.with(at, genuine[at]! ^ (1 << bit));
        const answer = admitSession(changed, admission);
        if ('order' in answer) expect(orderOf(answer.order)).toEqual(orderOf(full));
      }),
    );
  });

  it('T7: is none when it was signed as something else, and is nothing else', () => {
    const order = orderOf(full);
    expect(judged(envelope(order, sign(null, order, service.privateKey)))).toBe('bad-signature');
    expect(judged(envelope(order, sign(null, signedText('message', order), service.privateKey)))).toBe('bad-signature');
    // the signature of a shell's order covers its prefix: as the order of a task these bytes are none
    const text = signedText('order', order);
    const task = create(SignedTaskSchema, {
      order: text,
      signature: sign(null, text, service.privateKey),
      keyId: 'k1',
    });
    const facts = { ...admission, isFinished: () => false, veto: () => undefined };
    expect(admit(toBinary(SignedTaskSchema, task), facts)).not.toHaveProperty('order');
  });
});

describe('what is said to a shell', () => {
  const admitted = admitSession(signed(orderOf(full)), admission) as AdmittedSession;
  const message = (sessionId = 'ses-12345678', key = frame.privateKey, kind: 'message' | 'order' = 'message') => {
    const bytes = toBinary(SessionMessageSchema, create(SessionMessageSchema, { sessionId, sequence: 1n }));
    const signature = sign(null, signedText(kind, bytes), key);
    return toBinary(SignedSessionMessageSchema, create(SignedSessionMessageSchema, { message: bytes, signature }));
  };

  it('T16: counts when its own key signed it', () => {
    expect(messageFor(admitted, message())?.sequence).toBe(1n);
  });

  it('T16: is nothing when another key did, for another session, as an order, or when it is noise', () => {
    expect(messageFor(admitted, message(undefined, service.privateKey))).toBeUndefined();
    expect(messageFor(admitted, message('ses-87654321'))).toBeUndefined();
    expect(messageFor(admitted, message(undefined, frame.privateKey, 'order'))).toBeUndefined();
    expect(messageFor(admitted, new Uint8Array())).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (noise) => {
        expect(messageFor(admitted, noise)).toBeUndefined();
        expect(judged(noise)).not.toBe('admitted');
      }),
    );
  });
});
