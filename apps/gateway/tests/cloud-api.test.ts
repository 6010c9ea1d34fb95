import type { CreateCommandRequest } from '@muster/contract';
import { CommandType } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { ACCOUNT_UIN } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, apiClient, codeOf, partsOf, tc3, v1 } from './api-client.ts';
import { type Fixture, startFixture } from './fixture.ts';
import { lastQuestion, ROOT } from './signatures.ts';

let fixture: Fixture;
let host: string;
let client: ApiClient;
let created: CreateCommandRequest;
let requestIdSeen: string | null;

beforeAll(async () => {
  fixture = await startFixture({
    command: {
      createCommand: (request, context) => {
        created = request;
        requestIdSeen = context.requestHeader.get('x-request-id');
        return { commandId: 'cmd-00000001' };
      },
      describeCommands: (_, context) => {
        callOf(context).concernsCallerOnly();
        return { totalCount: 0 };
      },
      deleteCommand: (_, context) => {
        callOf(context).concernsCallerOnly();
        return {};
      },
    },
    token: { getCallerIdentity: (_, context) => ({ accountId: callOf(context).caller.accountUin }) },
  });
  client = apiClient(fixture.url);
  host = client.host;
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('a signed request', () => {
  it('becomes a call, whose request id the service hears', async () => {
    const answer = await client.call({
      action: 'CreateCommand',
      content: JSON.stringify({ CommandName: '名字', Content: 'bHM=', Timeout: 5 }),
    });
    expect(answer).toEqual({ CommandId: 'cmd-00000001', RequestId: requestIdSeen });
    expect(created).toMatchObject({ commandName: '名字', timeout: 5 });
    expect(Buffer.from(created.content).toString()).toBe('ls');
  });

  const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';
  const flat =
    'CommandName=it%27s+a+%E5%90%8D&Content=bHM%3D&CommandType=PYTHON&EnableParameter=true&Tags.0.Key=k&Tags.0.Value=v';
  const wanted = {
    commandName: "it's a 名",
    commandType: CommandType.PYTHON,
    enableParameter: true,
    tags: [{ key: 'k', value: 'v' }],
  };

  it.each([
    ['a query', () => client.call({ action: 'CreateCommand', method: 'GET', contentType: FORM, content: flat })],
    ['a form', () => client.call({ action: 'CreateCommand', contentType: FORM, content: flat })],
    [
      'a query of version 1',
      () => client.send(v1({ host, method: 'GET' }, { Action: 'CreateCommand', ...entriesOf(flat) })),
    ],
    [
      'a form of version 1',
      () => client.send(v1({ host, method: 'POST' }, { Action: 'CreateCommand', ...entriesOf(flat) })),
    ],
    [
      'parts',
      () =>
        client.call({
          action: 'CreateCommand',
          contentType: 'multipart/form-data; boundary=----x',
          content: partsOf(
            '----x',
            Object.entries(entriesOf(flat)).map(([name, value]) => [`name="${name}"`, value]),
          ),
        }),
    ],
  ])('has its parameters in %s', async (_, answer) => {
    expect((await answer()).CommandId).toBe('cmd-00000001');
    expect(created).toMatchObject(wanted);
    expect(Buffer.from(created.content).toString()).toBe('ls');
  });

  it.each([
    ['a file', 'name="Content"; filename="run.sh"'],
    ['an octet stream, as the SDKs send bytes', 'name="Content"\r\nContent-Type: application/octet-stream'],
  ])('has bytes as they are in a part that is %s', async (_, disposition) => {
    const bytes = Buffer.from([0, 255, 13, 10, 45, 45, 13, 10, 254]);
    await client.call({
      action: 'CreateCommand',
      contentType: 'multipart/form-data; boundary="a b"',
      content: partsOf('a b', [
        ['name="CommandName"', 'x'],
        [disposition, bytes],
      ]),
    });
    expect(Buffer.from(created.content)).toEqual(bytes);
  });

  it('reaches the products that its version names', async () => {
    expect(await client.call({ action: 'GetCallerIdentity', version: '2018-08-13' })).toMatchObject({
      AccountId: ACCOUNT_UIN,
    });
    expect(await codeOf(client.call({ action: 'GetCallerIdentity' }))).toBe('InvalidAction');
    expect(await codeOf(client.call({ action: 'GetCallerIdentity', version: '2017-03-12' }))).toBe('NoSuchVersion');
  });

  it('gets the trace id back that it came with, where it is one', async () => {
    const { body, headers } = tc3({ host, action: 'DescribeCommands' });
    const { host: _, ...rest } = headers;
    for (const [trace, echoed] of [
      ['6f6c-trace', '6f6c-trace'],
      ['<script>', null],
    ] as const) {
      const answer = await fetch(fixture.url, { method: 'POST', headers: { ...rest, 'X-TC-TraceId': trace }, body });
      expect(answer.headers.get('x-tc-traceid')).toBe(echoed);
    }
  });

  it('asks iam-svc about a signature that may come twice only where nothing is done twice', async () => {
    await client.call({ action: 'DescribeCommands' });
    expect(lastQuestion).toMatchObject({ action: 'tat:DescribeCommands', repeatable: true, secretId: ROOT });
    const create = (content: string) => client.call({ action: 'CreateCommand', content });
    for (const [content, repeatable] of [
      ['{"Content":"","CommandName":"a"}', false],
      ['{"Content":"","CommandName":"a","ClientToken":""}', false],
      ['{"Content":"","CommandName":"a","ClientToken":7}', false],
      ['{"Content":"","CommandName":"a","ClientToken":"once"}', true],
      ['{"ClientToken":"once"', false],
    ] as const) {
      await create(content);
      expect(lastQuestion.repeatable, content).toBe(repeatable);
    }
    await client.call({ action: 'DeleteCommand', content: '{"CommandId":"cmd-00000001","ClientToken":"once"}' });
    expect(lastQuestion.repeatable).toBe(true);
  });

  it('is in the region of the installation, or says none; only tat has regions', async () => {
    const from = (region: string, more = {}) =>
      client.call({ action: 'DescribeCommands', headers: { 'x-tc-region': region }, ...more });
    expect((await from('ap-guangzhou')).Error).toBeUndefined();
    expect((await from('')).Error).toBeUndefined();
    expect(await from('ap-beijing')).toMatchObject({
      Error: { Code: 'UnsupportedRegion', Message: '`Region` must be ap-guangzhou here, was `ap-beijing`' },
    });
    expect((await from('ap-beijing', { action: 'GetCallerIdentity', version: '2018-08-13' })).Error).toBeUndefined();
    const asked = { Action: 'DescribeCommands', Region: 'ap-beijing' };
    expect(await codeOf(client.send(v1({ host, method: 'GET' }, asked)))).toBe('UnsupportedRegion');
  });
});

function entriesOf(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query));
}
