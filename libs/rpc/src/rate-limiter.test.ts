import { create } from '@bufbuild/protobuf';
import { PrincipalSchema, PrincipalType } from '@muster/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classOf, RateLimiter, type Rates, TokenBuckets } from './index.ts';

const RATES: Rates = {
  readsPerSecond: 100,
  writesPerSecond: 10,
  publicCallsPerSecond: 5,
  burstSeconds: 2,
  openStreams: 2,
};
const of = (type: PrincipalType) => create(PrincipalSchema, { type, accountUin: '1' });

function refusalOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** How many of `calls` pass before one is refused. */
function passing(call: () => void, calls = 1_000): number {
  for (let passed = 0; passed < calls; passed++) if (refusalOf(call)) return passed;
  return calls;
}

describe('token buckets', () => {
  it('never let more through than the burst and what the time has filled since, whatever the times of asking', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(300), { maxLength: 200 }),
        (perSecond, burst, pauses) => {
          let now = 0;
          let taken = 0;
          const buckets = new TokenBuckets({ perSecond, burst, now: () => now });
          for (const pause of pauses) {
            now += pause;
            const waitMs = buckets.take('a');
            if (waitMs === 0) taken++;
            expect(taken).toBeLessThanOrEqual(burst + (now * perSecond) / 1_000 + 0.01);
            if (waitMs === 0) continue;
            now += waitMs;
            expect(buckets.take('a')).toBe(0);
            taken++;
          }
        },
      ),
    );
  });

  it('keep those apart who ask, and remember no more of them than they were told to', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1, capacity: 2, now: () => 0 });
    expect([buckets.take('a'), buckets.take('b'), buckets.take('a')]).toEqual([0, 0, 1_000]);
    expect(buckets.take('c')).toBe(0);
    // b was used longest ago and is forgotten: it begins anew
    expect([buckets.take('b'), buckets.take('c')]).toEqual([0, 1_000]);
  });
});

describe('T31: the limits of a service', () => {
  it('refuse what is too much with the limit and when to try again, which then holds', () => {
    let now = 0;
    const limiter = new RateLimiter(RATES, { now: () => now });
    const write = () => limiter.admitAccount('1', 'write');
    expect(passing(write)).toBe(20);
    expect(refusalOf(write)).toMatchObject({
      kind: 'exhausted',
      reason: 'RequestLimitExceeded',
      message: 'an account may make 10 calls that write a second (20 after a pause); try again in 100 ms',
      details: { retryAfterMs: '100' },
    });
    now += 100;
    expect(passing(write)).toBe(1);
  });

  it('count accounts, reading and writing, and addresses each for themselves', () => {
    const limiter = new RateLimiter(RATES, { now: () => 0 });
    expect(passing(() => limiter.admitAccount('1', 'write'))).toBe(20);
    expect(passing(() => limiter.admitAccount('1', 'read'))).toBe(200);
    expect(passing(() => limiter.admitAccount('2', 'write'))).toBe(20);
    expect(passing(() => limiter.admitAddress('1'))).toBe(10);
    expect(limiter.refusalOfAddress('1')).toMatchObject({ reason: 'RequestLimitExceeded' });
    expect(limiter.refusalOfAddress('2')).toBeUndefined();
  });

  it('let an account hold so many streams, and another when one has ended', () => {
    const limiter = new RateLimiter(RATES);
    const first = limiter.openStream('1');
    limiter.openStream('1');
    expect(refusalOf(() => limiter.openStream('1'))).toMatchObject({ reason: 'RequestLimitExceeded' });
    limiter.openStream('2');
    first[Symbol.dispose]();
    expect(refusalOf(() => limiter.openStream('1'))).toBeUndefined();
  });

  it('are none at 0, and none for services', () => {
    const none = { readsPerSecond: 0, writesPerSecond: 0, publicCallsPerSecond: 0, burstSeconds: 1, openStreams: 0 };
    const limiter = new RateLimiter(none, { now: () => 0 });
    expect(passing(() => limiter.admitAccount('1', 'read'))).toBe(1_000);
    expect(passing(() => limiter.admitAddress('a'))).toBe(1_000);
    expect(passing(() => limiter.openStream('1'))).toBe(1_000);
    expect(limiter.remember('service', of(PrincipalType.SERVICE))).toBeUndefined();
    expect(limiter.accountOf('service')).toBeUndefined();
    expect(limiter.remember('user', of(PrincipalType.USER))).toBe('1');
  });
});

it('takes for reading what plainly looks at things, and everything else for writing', () => {
  const classes = (names: string[]) => names.map((name) => classOf({ name }));
  expect(classes(['DescribeCommands', 'ListUsers', 'WatchInvocation', 'WhoCan', 'LintPolicy'])).toEqual(
    Array.from({ length: 5 }, () => 'read'),
  );
  expect(classes(['RunCommand', 'SetDefaultPolicyVersion', 'Login', 'GetFederationToken', 'Whatever'])).toEqual(
    Array.from({ length: 5 }, () => 'write'),
  );
});
