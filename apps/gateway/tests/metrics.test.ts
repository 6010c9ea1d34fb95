import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { CommandService, InvocationService } from '@muster/contract';
import { bearer, callOf } from '@muster/rpc';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiClient } from './api-client.ts';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture({
    command: {
      describeScenes: (_, context) => {
        callOf(context).concernsCallerOnly();
        return {};
      },
    },
    invocation: {
      async *watchInvocation(_, context) {
        callOf(context).concernsCallerOnly();
        yield {};
      },
    },
  });
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function lines(): Promise<string[]> {
  const answer = await fetch(`http://${fixture.gateway.metricsAddress}/metrics`);
  return (await answer.text()).split('\n');
}

it('counts calls and streams of every protocol by method and status', async () => {
  const interceptors = [bearer(() => Promise.resolve('root'))];
  const transport = createConnectTransport({ baseUrl: fixture.url, interceptors, httpVersion: '1.1' });
  const commands = createClient(CommandService, transport);
  await commands.describeScenes({});
  await expect(commands.deleteCommand({})).rejects.toThrow();
  for await (const _ of createClient(InvocationService, transport).watchInvocation({}));
  const counted = await lines();
  expect(counted).toContain('muster_calls_total{method="DescribeScenes",code="OK"} 1');
  expect(counted).toContain('muster_calls_total{method="DeleteCommand",code="UNAVAILABLE"} 1');
  expect(counted).toContain('muster_calls_total{method="WatchInvocation",code="OK"} 1');
});

it('counts requests of API 3.0 by action and code, and one unknown for all that is none', async () => {
  const client = apiClient(fixture.url);
  await client.call({ action: 'DescribeScenes' });
  await client.call({ action: 'NoSuchThing' });
  await client.call({ action: 'NoSuchEither' });
  const counted = await lines();
  expect(counted).toContain('muster_api_requests_total{action="tat:DescribeScenes",code="OK"} 1');
  expect(counted).toContain('muster_api_requests_total{action="unknown",code="InvalidAction"} 2');
});

it('serves them nowhere on the port that everybody reaches', async () => {
  const answer = await fetch(`${fixture.url}/metrics`);
  expect(await answer.text()).not.toContain('muster_calls_total');
});
