import { create } from '@bufbuild/protobuf';
import { PrincipalSchema } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { describe, expect, it } from 'vitest';
import { type Authorizer, steadyAuthorizer } from './index.ts';

const UNAVAILABLE = { kind: 'unavailable', reason: 'ServiceUnavailable' };

/** A decision point that answers when it is told to. */
function scripted() {
  const asked: PromiseWithResolvers<void>[] = [];
  const authorizer: Authorizer = {
    async authenticate() {
      const answer = Promise.withResolvers<void>();
      asked.push(answer);
      await answer.promise;
      return create(PrincipalSchema, { accountUin: '1' });
    },
    authorize: () => expect.unreachable(),
    plan: () => expect.unreachable(),
  };
  return { authorizer, asked };
}
const down = () => new Refusal('unavailable', 'ServiceUnavailable', 'a service did not answer in time; try again');
const outcome = (answer: Promise<unknown>) => answer.then(() => 'answered').catch((error: unknown) => error);

describe('F22: a slow decision point', () => {
  it('is asked by so many at once and waited for by so many; the others are refused at once, and later calls pass again', async () => {
    const { authorizer, asked } = scripted();
    const steady = steadyAuthorizer(authorizer, { concurrent: 2, queued: 3 });
    const calls = Array.from({ length: 10 }, () => outcome(steady.authenticate({})));
    // refused without an answer from anybody
    for (const refused of await Promise.all(calls.slice(5))) expect(refused).toMatchObject(UNAVAILABLE);
    expect(asked).toHaveLength(2);
    for (let answered = 0; answered < 5; answered++) {
      await expect.poll(() => asked.length).toBeGreaterThan(answered);
      asked[answered]!.resolve();
    }
    expect(await Promise.all(calls.slice(0, 5))).toEqual(Array.from({ length: 5 }, () => 'answered'));
    const later = outcome(steady.authenticate({}));
    asked[5]!.resolve();
    expect(await later).toBe('answered');
  });

  it('is not asked at all while most decisions fail, until one that tries succeeds', async () => {
    const { authorizer, asked } = scripted();
    const steady = steadyAuthorizer(authorizer, { atLeast: 5, restMs: 50 });
    for (let call = 0; call < 5; call++) {
      const failing = outcome(steady.authenticate({}));
      asked[call]!.reject(down());
      expect(await failing).toMatchObject(UNAVAILABLE);
    }
    expect(await outcome(steady.authenticate({}))).toMatchObject({ ...UNAVAILABLE, details: { retryAfterMs: '1000' } });
    expect(asked).toHaveLength(5);
    let trying: Promise<unknown> | undefined;
    await expect
      .poll(() => {
        trying = outcome(steady.authenticate({}));
        return asked.length;
      })
      .toBe(6);
    asked[5]!.resolve();
    expect(await trying).toBe('answered');
    const later = outcome(steady.authenticate({}));
    await expect.poll(() => asked.length).toBe(7);
    asked[6]!.resolve();
    expect(await later).toBe('answered');
  });

  it('counts an answer that came too slowly as a failure, though the answer is used', async () => {
    const { authorizer, asked } = scripted();
    const steady = steadyAuthorizer(authorizer, { atLeast: 3, slowMs: 0 });
    for (let call = 0; call < 3; call++) {
      const slow = outcome(steady.authenticate({}));
      asked[call]!.resolve();
      expect(await slow).toBe('answered');
    }
    expect(await outcome(steady.authenticate({}))).toMatchObject(UNAVAILABLE);
    expect(asked).toHaveLength(3);
  });

  it('is not asked for a caller whose deadline has passed, and callers in a hurry do not count against it', async () => {
    const { authorizer, asked } = scripted();
    const steady = steadyAuthorizer(authorizer, { atLeast: 1 });
    for (let call = 0; call < 10; call++) {
      expect(await outcome(steady.authenticate({}, { until: Date.now() - 1 }))).toMatchObject(UNAVAILABLE);
    }
    expect(asked).toHaveLength(0);
    const good = outcome(steady.authenticate({}));
    asked[0]!.resolve();
    expect(await good).toBe('answered');
  });

  it('leaves a refusal as it is: whoever is denied all the time does not shut others out', async () => {
    const { authorizer, asked } = scripted();
    const steady = steadyAuthorizer(authorizer, { atLeast: 2 });
    for (let call = 0; call < 5; call++) {
      const refused = outcome(steady.authenticate({}));
      asked[call]!.reject(new Refusal('unauthenticated', 'AuthFailure.TokenFailure', 'no'));
      expect(await refused).toMatchObject({ kind: 'unauthenticated' });
    }
    expect(asked).toHaveLength(5);
  });
});
