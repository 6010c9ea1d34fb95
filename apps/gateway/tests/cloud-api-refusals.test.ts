import { Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type ApiClient, apiClient, codeOf, partsOf, type Signed, tc3, v1 } from './api-client.ts';
import { type Fixture, startFixture } from './fixture.ts';
import { USER } from './signatures.ts';

let fixture: Fixture;
let host: string;
let client: ApiClient;

beforeAll(async () => {
  fixture = await startFixture({
    command: {
      describeCommands: (_, context) => {
        callOf(context).concernsCallerOnly();
        return { totalCount: 0 };
      },
      modifyCommand: () => {
        throw new Error('the disk at /secret/place is full');
      },
      async deleteCommand({ commandId }, context) {
        await callOf(context).authorize([{ resource: `qcs::tat:ap-guangzhou::command/${commandId}` }]);
        return {};
      },
      previewReplacedCommandContent: () => {
        throw new Refusal('unauthenticated', 'AuthFailure.TokenFailure', 'the key was switched off');
      },
    },
    token: {
      assumeRole: async ({ roleArn }, context) => {
        await callOf(context).authorize([{ resource: roleArn }]);
        return {};
      },
    },
  });
  client = apiClient(fixture.url);
  host = client.host;
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(() => {
  fixture.authorizer.decide = () => true;
});

describe('a refusal', () => {
  const headersOf = (change: (headers: Record<string, string>) => void): Signed => {
    const signed = tc3({ host, action: 'DescribeCommands' });
    change(signed.headers);
    return signed;
  };
  const without = (name: string) => headersOf((headers) => delete headers[name]);

  it.each<[string, string, () => Promise<Answer>]>([
    ['AuthFailure.InvalidAuthorization', 'has no signature', () => client.send(without('authorization'))],
    [
      'AuthFailure.InvalidAuthorization',
      'is not signed at all',
      () =>
        client.send({
          method: 'POST',
          target: '/',
          headers: { 'content-type': 'application/json' },
          body: Buffer.from('{}') as never,
        }),
    ],
    [
      'AuthFailure.InvalidAuthorization',
      'asks to skip the signature',
      () => client.call({ action: 'AssumeRoleWithSAML', version: '2018-08-13', headers: { authorization: 'SKIP' } }),
    ],
    ['MissingParameter', 'says no action', () => client.send(without('x-tc-action'))],
    ['MissingParameter', 'says no version', () => client.send(without('x-tc-version'))],
    ['MissingParameter', 'says no time', () => client.send(without('x-tc-timestamp'))],
    [
      'InvalidParameter',
      'says a time that is none',
      () => client.call({ action: 'DescribeCommands', headers: { 'x-tc-timestamp': '1e9' } }),
    ],
    [
      'InvalidParameter',
      'asks for a language that there is not',
      () => client.call({ action: 'DescribeCommands', headers: { 'x-tc-language': 'fr' } }),
    ],
    ['InvalidAction', 'names another action', () => client.call({ action: 'describeCommands' })],
    ['InvalidAction', 'names no action but a property', () => client.call({ action: 'constructor' })],
    [
      'AuthFailure.SecretIdNotFound',
      'is signed by nobody',
      () => client.call({ action: 'DescribeCommands', secretId: 'AKIDnobody' }),
    ],
    [
      'AuthFailure.SignatureFailure',
      'was changed on its way',
      () => client.send({ ...tc3({ host, action: 'DescribeCommands' }), body: Buffer.from('{"Limit":1}') as never }),
    ],
    [
      'InvalidRequest',
      'holds another type',
      () => client.call({ action: 'DescribeCommands', contentType: 'text/plain' }),
    ],
    ['InvalidRequest', 'holds no JSON', () => client.call({ action: 'DescribeCommands', content: '{"Limit":' })],
    ['InvalidRequest', 'holds no object', () => client.call({ action: 'DescribeCommands', content: '[]' })],
    [
      'InvalidRequest',
      'is nested too deeply',
      () => client.call({ action: 'DescribeCommands', content: `${'['.repeat(1_000_000)}` }),
    ],
    [
      'InvalidRequest',
      'is not UTF-8',
      () => client.call({ action: 'DescribeCommands', content: Buffer.from([123, 34, 0xff, 34, 125]) }),
    ],
    [
      'InvalidRequest',
      'is packed',
      () => client.call({ action: 'DescribeCommands', headers: { 'content-encoding': 'gzip' } }),
    ],
    [
      'InvalidRequest',
      'has a form that is not UTF-8',
      () =>
        client.call({
          action: 'DescribeCommands',
          contentType: 'application/x-www-form-urlencoded',
          content: 'Limit=%ff',
        }),
    ],
    [
      'InvalidRequest',
      'has parts without a boundary',
      () => client.call({ action: 'DescribeCommands', contentType: 'multipart/form-data', content: partsOf('x', []) }),
    ],
    [
      'InvalidRequest',
      'ends within a part',
      () =>
        client.call({
          action: 'DescribeCommands',
          contentType: 'multipart/form-data; boundary=x',
          content: partsOf('x', [['name="Limit"', '1']]).subarray(0, -8),
        }),
    ],
    [
      'InvalidParameter',
      'says a parameter twice',
      () => client.call({ action: 'DescribeCommands', method: 'GET', content: 'Limit=1&Limit=2' }),
    ],
    [
      'UnknownParameter',
      'says what nobody asked for',
      () => client.call({ action: 'DescribeCommands', content: '{"Limits":1}' }),
    ],
    ['MissingParameter', 'of version 1 says no action', () => client.send(v1({ host, method: 'GET' }, { Action: '' }))],
    [
      'MissingParameter',
      'of version 1 has no signature',
      () => sendQuery('Action=DescribeCommands&Version=2020-10-28&Timestamp=1'),
    ],
    [
      'InvalidParameter',
      'of version 1 says its action twice',
      () => sendQuery('Action=DescribeCommands&Action=RunCommand'),
    ],
    [
      'InvalidParameter',
      'of version 1 is signed otherwise',
      () => client.send(v1({ host, method: 'GET' }, { Action: 'DescribeCommands', SignatureMethod: 'HmacMD5' })),
    ],
    [
      'InternalError',
      'meets a fault',
      () => client.call({ action: 'ModifyCommand', content: '{"CommandId":"cmd-00000001"}' }),
    ],
    [
      'AuthFailure.TokenFailure',
      'comes from a key that was switched off meanwhile',
      () => client.call({ action: 'PreviewReplacedCommandContent' }),
    ],
  ])('%s answers what %s', async (code, _, answer) => {
    const { Error: error } = await answer();
    expect(error).toMatchObject({ Code: code, Message: expect.stringMatching(/\S/) });
    expect(error!.Message).not.toMatch(/secret\/place|node_modules|\.ts:/);
  });

  it('tells nobody about parameters who cannot sign', async () => {
    expect(
      await codeOf(client.call({ action: 'CreateCommand', content: '{"Nothing":1}', secretId: 'AKIDnobody' })),
    ).toBe('AuthFailure.SecretIdNotFound');
  });

  it('of a denial has the code of the product and the shape that the platform gave it', async () => {
    fixture.authorizer.decide = (action) => action !== 'tat:DeleteCommand' && action !== 'sts:AssumeRole';
    const command = await client.call({
      action: 'DeleteCommand',
      content: '{"CommandId":"cmd-abcdefgh"}',
      secretId: USER,
    });
    expect(command.Error).toEqual({
      Code: 'UnauthorizedOperation.CamAuthFailed',
      Message: `[request id:${command.RequestId}]you are not authorized to perform operation (tat:DeleteCommand)\nresource (qcs::tat:ap-guangzhou::command/cmd-abcdefgh) has no permission\n`,
    });
    const content = '{"RoleArn":"qcs::cam::uin/1:roleName/ops","RoleSessionName":"me"}';
    const role = await client.call({ action: 'AssumeRole', version: '2018-08-13', content, secretId: USER });
    expect(role.Error!.Code).toBe('AuthFailure.UnauthorizedOperation');
  });

  it('is in Chinese for who asks so, with the detail behind it', async () => {
    const asking = { 'x-tc-language': 'zh-CN' };
    const unknown = await client.call({ action: 'DescribeCommands', content: '{"Limits":1}', headers: asking });
    expect(unknown.Error!.Message).toMatch(/^未知参数错误。（`Limits` .*）$/);
    const asked = { Action: 'DescribeCommands', Language: 'zh-CN', Limits: '1' };
    expect((await client.send(v1({ host, method: 'GET' }, asked))).Error!.Message).toMatch(/^未知参数错误。/);
    const plain = await client.call({
      action: 'DescribeCommands',
      content: '{"Limits":1}',
      headers: { 'x-tc-language': 'en-US' },
    });
    expect(plain.Error!.Message).toMatch(/^`Limits` /);
  });

  async function sendQuery(query: string): Promise<Answer> {
    return await client.send({ method: 'GET', target: `/?${query}`, headers: {}, body: Buffer.alloc(0) });
  }
});
