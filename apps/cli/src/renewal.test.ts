import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepRenewing } from './renewal.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Credentials whose tokens hold for five minutes. */
function credentials({ canRenew = true } = {}) {
  let number = 1;
  let expires = Date.now() + 300_000;
  return {
    token: async () => ({ token: `token ${number}`, expires }),
    renew: async () => {
      if (!canRenew) return false;
      number++;
      expires = Date.now() + 300_000;
      return true;
    },
  };
}

it('brings a new token before the old one ends, again and again, until it is disposed', async () => {
  const tokens: string[] = [];
  const renewal = keepRenewing(credentials(), (token) => void tokens.push(token));
  await vi.advanceTimersByTimeAsync(170_000);
  expect(tokens).toEqual([]);
  await vi.advanceTimersByTimeAsync(250_000);
  expect(tokens).toEqual(['token 2', 'token 3']);
  renewal[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(tokens.length).toBe(2);
});

it('brings none that cannot be had, and one that somebody else renewed', async () => {
  const tokens: string[] = [];
  const kept = credentials({ canRenew: false });
  using _ = keepRenewing(kept, (token) => void tokens.push(token));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(tokens).toEqual([]);
  const shared = credentials();
  using _other = keepRenewing(shared, (token) => void tokens.push(token));
  await vi.advanceTimersByTimeAsync(20_000);
  await shared.renew();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(tokens).toEqual(['token 2']);
});
