import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { CommandType, SignedTaskSchema, TaskOrderSchema } from '@muster/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Admission, admit } from './admit.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const signingKeys = { k1: Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('base64') };
const full: MessageInitShape<typeof TaskOrderSchema> = {
  tenant: 'ATENANT',
  instanceId: 'ins-12345678',
  epoch: 3n,
  invocationTaskId: 'invt-12345678',
  invocationId: 'inv-12345678',
  content: Buffer.from('echo hello'),
  commandType: CommandType.SHELL,
  username: 'deploy',
  workingDirectory: '/srv',
  timeoutSeconds: 60,
  environment: { MUSTER_PARAM_A: 'a' },
  outputLimitBytes: 1_024,
  expiresMs: 1_000n,
  hiddenValues: ['secret'],
  upload: { putUrl: 'https://bucket/put', outputUrl: 'https://bucket/' },
  requiredFeatures: ['HIDDEN_VALUES'],
};
const admission: Admission = {
  signingKeys,
  veto: () => undefined,
  tenant: 'ATENANT',
  instanceId: 'ins-12345678',
  epoch: 3n,
  serviceNowMs: 999,
  isKnown: () => false,
  isFinished: () => false,
};
const bytesOf = (order: MessageInitShape<typeof TaskOrderSchema>) =>
  toBinary(TaskOrderSchema, create(TaskOrderSchema, order));
const envelope = (order: Uint8Array, signature: Uint8Array, keyId = 'k1') =>
  toBinary(SignedTaskSchema, create(SignedTaskSchema, { order, signature, keyId }));
const signed = (order: Uint8Array, key: KeyObject = privateKey, keyId?: string) =>
  envelope(order, sign(null, order, key), keyId);
const reasonOf = (data: Uint8Array, changes: Partial<Admission> = {}) => {
  const judged = admit(data, { ...admission, ...changes });
  return 'reason' in judged ? judged.reason : 'admitted';
};

describe('T7: an order that somebody changed or moved', () => {
  const genuine = bytesOf(full);
  const signature = sign(null, genuine, privateKey);
  const changes: MessageInitShape<typeof TaskOrderSchema> = {
    tenant: 'AOTHER',
    instanceId: 'ins-87654321',
    epoch: 4n,
    invocationTaskId: 'invt-87654321',
    invocationId: 'inv-87654321',
    content: Buffer.from('echo hellO'),
    commandType: CommandType.PYTHON,
    username: 'root',
    workingDirectory: '/etc',
    timeoutSeconds: 61,
    environment: { MUSTER_PARAM_A: 'b' },
    outputLimitBytes: 2_048,
    expiresMs: 2_000n,
    hiddenValues: [],
    upload: { putUrl: 'https://mine/put', outputUrl: 'https://bucket/' },
    requiredFeatures: [],
  };

  it('is admitted as it was signed', () => {
    expect(reasonOf(envelope(genuine, signature))).toBe('admitted');
  });

  it('is tried with every field that there is', () => {
    expect(new Set(Object.keys(changes))).toEqual(new Set(TaskOrderSchema.fields.map(({ localName }) => localName)));
  });

  it.each(Object.keys(changes))('is refused with another %s', (field) => {
    const changed = { ...full, [field]: changes[field as keyof typeof changes] };
    expect(reasonOf(envelope(bytesOf(changed as typeof full), signature))).toBe('bad-signature');
  });

  it('is refused with any bit turned over, wherever', () => {
    fc.assert(
      fc.property(fc.nat(genuine.length * 8 - 1), (bit) => {
        const turned = Uint8Array.from(genuine);
        turned[bit >> 3]! ^= 1 << (bit & 7);
        expect(reasonOf(envelope(turned, signature))).toBe('bad-signature');
      }),
    );
  });

  it('is refused with its fields in another order, though it means the same', () => {
    const reordered = reversed(genuine);
    expect(reasonOf(envelope(reordered, signature))).toBe('bad-signature');
    // it is bytes that are signed: the same ones from the service are as good as any
    expect(reasonOf(signed(reordered))).toBe('admitted');
  });

  it.each<[string, Partial<Admission>, string]>([
    ['on a sibling of its machine', { instanceId: 'ins-87654321' }, 'foreign'],
    ['on a machine of that name of another tenant', { tenant: 'AOTHER' }, 'foreign'],
    ['in a later session', { epoch: 4n }, 'stale-session'],
    ['after its expiry', { serviceNowMs: 1_000 }, 'expired'],
    ['when another one for the task was taken, whatever its content', { isKnown: () => true }, 'known'],
    ['when the task is over', { isFinished: () => true }, 'finished'],
    ['when the key that signed it was given up', { signingKeys: {} }, 'unknown-key'],
  ])('is refused %s', (_, facts, reason) => {
    expect(reasonOf(envelope(genuine, signature), facts)).toBe(reason);
  });

  it('is refused with the signature of another key, under whatever name', () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    expect(reasonOf(signed(genuine, other))).toBe('bad-signature');
    expect(reasonOf(signed(genuine, other, 'k2'))).toBe('unknown-key');
    for (const name of ['', 'constructor', '__proto__', 'toString']) {
      expect(reasonOf(signed(genuine, privateKey, name))).toBe('unknown-key');
    }
  });

  it('is refused with a signature of any other length, and without one', () => {
    for (const length of [0, 1, 63, 65, 100_000]) {
      expect(reasonOf(envelope(genuine, Buffer.alloc(length, 1)))).toBe('bad-signature');
    }
  });
});

describe('an order that asks for too much', () => {
  it.each([
    ['a feature of a later version', { requiredFeatures: ['HIDDEN_VALUES', 'TIME_TRAVEL'] }, /needs TIME_TRAVEL,/],
    ['a language of a later version', { commandType: 99 as CommandType }, /needs the language of the script,/],
    ['a feature whose name is a trap', { requiredFeatures: ['\u001b[31m'.repeat(99)] }, /needs [\w? ]{1,40},/],
  ])('F50: ends its task at once for %s, and says which', (_, changes, words) => {
    const judged = admit(signed(bytesOf({ ...full, ...changes })), admission);
    expect(judged).toMatchObject({ reason: 'unsupported', end: { invocationTaskId: 'invt-12345678' } });
    expect('end' in judged && judged.end?.errorInfo).toMatch(words);
  });

  it('F50: is taken with fields of a later version that are no demand', () => {
    const later = new BinaryWriter().raw(bytesOf(full)).tag(999, WireType.LengthDelimited).string('later').finish();
    expect(reasonOf(signed(later))).toBe('admitted');
  });

  it('ends its task with the words of the veto, asked last of all', () => {
    const veto = () => 'not here';
    expect(admit(signed(bytesOf(full)), { ...admission, veto })).toEqual({
      reason: 'vetoed',
      end: { invocationTaskId: 'invt-12345678', errorInfo: 'not here' },
    });
    expect(reasonOf(signed(bytesOf(full)), { veto, isKnown: () => true })).toBe('known');
  });
});

it('F46: refuses whatever bytes come, and throws never', () => {
  const noOrder = Buffer.from([0xff, 0xff, 0xff]);
  expect(reasonOf(noOrder)).toBe('unparsable');
  expect(reasonOf(signed(noOrder))).toBe('unparsable-order');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(reasonOf(bytes)).not.toBe('admitted');
      expect(reasonOf(signed(bytes))).not.toBe('admitted');
    }),
  );
});

/** The same fields, last first. */
function reversed(bytes: Uint8Array): Uint8Array {
  const reader = new BinaryReader(bytes);
  const fields: Uint8Array[] = [];
  while (reader.pos < bytes.length) {
    const from = reader.pos;
    const [number, type] = reader.tag();
    reader.skip(type, number);
    fields.unshift(bytes.slice(from, reader.pos));
  }
  return Buffer.concat(fields);
}
