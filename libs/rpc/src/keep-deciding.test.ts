import { Refusal } from '@muster/kernel';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EVERY_MS, keepDeciding, LONGEST_MS, type PermissionChanges } from './keep-deciding.ts';

const denied = new Refusal('denied', 'UnauthorizedOperation.CamAuthFailed', 'no more');
const away = new Refusal('unavailable', 'ServiceUnavailable', 'nobody answers');

let asked: number;
let answer: () => Promise<void>;
let listeners: Set<(accountUin?: string) => void>;
let ended: Refusal | undefined;
let changes: PermissionChanges;
const tell = (accountUin?: string) => {
  for (const listener of [...listeners]) listener(accountUin);
};

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  answer = async () => undefined;
  listeners = new Set();
  ended = undefined;
  changes = {
    subscribe(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
});
afterEach(() => {
  vi.useRealTimers();
});

function open(heard: PermissionChanges | undefined = changes) {
  const decideAgain = () => {
    asked++;
    return answer();
  };
  const decision = keepDeciding({ accountUin: '1', decideAgain, changes: heard });
  decision.refused.catch((refusal) => {
    ended = refusal;
  });
  return decision;
}
const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('T18: asks at once when the account changed, and ends with the refusal', async () => {
  using _ = open();
  answer = async () => Promise.reject(denied);
  tell('2');
  await passes(0);
  expect([asked, ended]).toEqual([0, undefined]);
  tell('1');
  await passes(0);
  expect([asked, ended]).toEqual([1, denied]);
  expect(listeners.size).toBe(0);
});

it('asks for every stream when changes may have been missed', async () => {
  using _ = open();
  tell();
  await passes(0);
  expect([asked, ended]).toEqual([1, undefined]);
});

it('asks again when something changed while it was asking: the answer may be older than the change', async () => {
  using _ = open();
  const slow = Promise.withResolvers<void>();
  answer = () => slow.promise;
  for (let i = 0; i < 5; i++) tell('1');
  answer = async () => Promise.reject(denied);
  slow.resolve();
  await passes(0);
  expect([asked, ended]).toEqual([2, denied]);
});

it('T18: asks every 30 s without any change, also when nobody tells of changes', async () => {
  using _ = open(undefined);
  await passes(3 * EVERY_MS);
  expect(asked).toBe(3);
  answer = async () => Promise.reject(denied);
  await passes(EVERY_MS);
  expect(ended).toBe(denied);
});

it('T18: outlives a short absence of the decision point, and ends a minute after the last decision', async () => {
  using _ = open();
  answer = async () => Promise.reject(away);
  await passes(LONGEST_MS - 1);
  expect(ended).toBeUndefined();
  answer = async () => undefined;
  await passes(1_000);
  expect(ended).toMatchObject({ kind: 'unavailable' });

  asked = 0;
  ended = undefined;
  using other = open();
  void other;
  answer = async () => Promise.reject(away);
  await passes(LONGEST_MS - 5_000);
  answer = async () => undefined;
  await passes(2_000);
  answer = async () => Promise.reject(away);
  await passes(LONGEST_MS - 5_000);
  expect(ended).toBeUndefined();
});

it('ends also when the decision point hangs', async () => {
  using _ = open();
  answer = () => new Promise(() => undefined);
  await passes(LONGEST_MS);
  expect(ended).toMatchObject({ kind: 'unavailable' });
});

it('asks no more once the stream has ended', async () => {
  const decision = open();
  decision[Symbol.dispose]();
  tell('1');
  await passes(2 * LONGEST_MS);
  expect([asked, ended, listeners.size]).toEqual([0, undefined, 0]);
});
