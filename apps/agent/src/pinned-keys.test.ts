import { create } from '@bufbuild/protobuf';
import { type SignedKeySet, SignedKeySetSchema, type SigningKey } from '@muster/contract';
import { describe, expect, it } from 'vitest';
import { keySet, newOrderKey, type OrderKey } from '../tests/key-sets.ts';
import { firstKeys, learnKeys } from './pinned-keys.ts';

const [k1, k2, k3] = [newOrderKey('k1'), newOrderKey('k2'), newOrderKey('k3')];
const set = (madeMs: number, keys: OrderKey[], signers: OrderKey[], prefix?: string) =>
  keySet({ madeMs, keys }, signers, prefix);

const HISTORY = [set(1, [k1], [k1]), set(2, [k1, k2], [k1, k2]), set(3, [k2], [k2]), set(4, [k2, k3], [k2, k3])];
const pinned = (madeMs: number, ...keys: OrderKey[]) =>
  firstKeys(keys as unknown as SigningKey[], [set(madeMs, keys, [])]);
const learnt = (from: ReturnType<typeof pinned>, sets: readonly SignedKeySet[]) => {
  const { pinned: now, proven } = learnKeys(from, sets);
  return { ids: Object.keys(now.signingKeys), madeMs: now.keysMadeMs, proven };
};

describe('T7: a machine that knows keys', () => {
  it('goes all the way to those of now, also over keys that are gone', () => {
    expect(learnt(pinned(1, k1), HISTORY)).toEqual({ ids: ['k2', 'k3'], madeMs: 4, proven: true });
  });

  it('knows that way from before there were key sets', () => {
    expect(learnt({ ...pinned(1, k1), keysMadeMs: 0 }, HISTORY)).toMatchObject({ ids: ['k2', 'k3'], madeMs: 4 });
  });

  it('learns nothing from what it knows, nor from nothing', () => {
    expect(learnt(pinned(4, k2, k3), HISTORY)).toEqual({ ids: ['k2', 'k3'], madeMs: 4, proven: true });
    expect(learnt(pinned(4, k2, k3), [])).toMatchObject({ madeMs: 4, proven: true });
  });

  it.each<[string, SignedKeySet]>([
    ['by nobody', set(9, [k3], [])],
    ['by the new key only', set(9, [k3], [k3])],
    ['by another key in the name of a known one', set(9, [k3], [{ ...k3, keyId: 'k1' }])],
    ['in the name of what every object has', set(9, [k3], [{ ...k3, keyId: 'constructor' }])],
    ['as if it were an order', set(9, [k3], [k1], '')],
    ['and names no key', set(9, [], [k1])],
    ['and is none', create(SignedKeySetSchema, { keys: Buffer.from([0xff]), signatures: [] })],
  ])('does not believe a set that is signed %s', (_, forged) => {
    expect(learnt(pinned(1, k1), [forged])).toEqual({ ids: ['k1'], madeMs: 1, proven: false });
  });

  it('never goes back to a key that was given up, whoever signs', () => {
    const back = [set(3, [k1], [k1, k2]), HISTORY[1]!, HISTORY[0]!];
    expect(learnt(pinned(4, k2, k3), back)).toEqual({ ids: ['k2', 'k3'], madeMs: 4, proven: true });
  });

  it('says so when it was away for so long that no way leads to the keys of now', () => {
    expect(learnt(pinned(1, k1), HISTORY.slice(2))).toEqual({ ids: ['k1'], madeMs: 1, proven: false });
  });
});
