import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { CommandService, SessionService } from '@muster/contract';
import { bearer, callOf } from '@muster/rpc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient } from './api-client.ts';
import { type Fixture, startFixture } from './fixture.ts';

const script = {
  session: {
    describeSessions: (_: unknown, context: Parameters<typeof callOf>[0]) => {
      callOf(context).concernsCallerOnly();
      return { totalCount: 1, sessionSet: [{ sessionId: 'ses-12345678', instanceId: 'ins-12345678' }] };
    },
    async *getRecording(_: unknown, context: Parameters<typeof callOf>[0]) {
      callOf(context).concernsCallerOnly();
      for (const number of [0, 1]) yield { part: { case: 'chunk' as const, value: { number } } };
    },
  },
  command: {
    describeScenes: (_: unknown, context: Parameters<typeof callOf>[0]) => {
      callOf(context).concernsCallerOnly();
      return {};
    },
  },
};
let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(script);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const transportTo = (url: string) =>
  createConnectTransport({ baseUrl: url, httpVersion: '1.1', interceptors: [bearer(() => Promise.resolve('root'))] });

describe('calls of sessions', () => {
  it('go to session-svc, streams too', async () => {
    const sessions = createClient(SessionService, transportTo(fixture.url));
    expect(await sessions.describeSessions({})).toMatchObject({ totalCount: 1 });
    const numbers: (number | undefined)[] = [];
    for await (const { part } of sessions.getRecording({ sessionId: 'ses-12345678' }))
      numbers.push(part.case === 'chunk' ? part.value.number : undefined);
    expect(numbers).toEqual([0, 1]);
  });

  it('are actions of API 3.0, but for what streams', async () => {
    const client = apiClient(fixture.url);
    expect(await client.call({ action: 'DescribeSessions' })).toMatchObject({
      TotalCount: 1,
      SessionSet: [{ SessionId: 'ses-12345678', InstanceId: 'ins-12345678' }],
    });
    expect((await client.call({ action: 'GetRecording', content: '{"SessionId":"ses-12345678"}' })).Error?.Code).toBe(
      'InvalidAction',
    );
  });

  it('are refused while session-svc is away, and nothing else is', async () => {
    await using own = await startFixture(script);
    await own.services.session[Symbol.asyncDispose]();
    const transport = transportTo(own.url);
    await expect(createClient(SessionService, transport).describeSessions({})).rejects.toMatchObject({
      code: Code.Unavailable,
    });
    await createClient(CommandService, transport).describeScenes({});
    expect((await fetch(`${own.url}/readyz`)).status).toBe(200);
  });
});
