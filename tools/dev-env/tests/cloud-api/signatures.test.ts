import { AuditService, Outcome } from '@muster/contract';
import { tc3Signature, tc3StringsToSign, v1Signature, v1StringsToSign } from '@muster/signature';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCalling } from '../callers.ts';
import { type Fixture, startFixture } from '../fixture.ts';
import { type PythonClient, startPythonClient } from './python-client.ts';
import { type RawOptions, rawRequest, send } from './raw.ts';
import { codeOf, type SdkOptions, sdkClients } from './sdk.ts';

let fixture: Fixture;
let python: PythonClient;
let url: string;
let root: { secretId: string; secretKey: string };

beforeAll(async () => {
  fixture = await startFixture(1);
  ({ url, root } = fixture.constellation);
  python = startPythonClient();
}, 120_000);

afterAll(async () => {
  await python[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

const METHODS = ['TC3-HMAC-SHA256', 'HmacSHA1', 'HmacSHA256'] as const;
const EVERY_WAY = METHODS.flatMap((signMethod) =>
  (['POST', 'GET'] as const).map((verb) => [signMethod, verb] as const),
);

const sdk = (options: Partial<SdkOptions> = {}) => sdkClients({ url, ...root, ...options });
const raw = (options: Pick<RawOptions, 'action' | 'parameters'> & Partial<RawOptions>) =>
  rawRequest({ url, ...root, ...options });
const sent = (request: ReturnType<typeof raw>) => send(url, request);
const codeSent = async (request: ReturnType<typeof raw>, localAddress?: string) =>
  (await send(url, request, localAddress)).Error?.Code ?? 'answered';
const base64 = (script: string) => Buffer.from(script).toString('base64');
const documentOf = (...statement: object[]) => JSON.stringify({ version: '2.0', statement });
let serial = 0;
const unique = (name: string) => `${name}-${serial++}`;

/** A sub-user with a key, who may do everything. */
async function user() {
  const { cam } = sdk();
  const Name = unique('user');
  const { Uin, SecretId, SecretKey } = await cam.AddUser({ Name, UseApi: 1 });
  const PolicyDocument = documentOf({ effect: 'allow', action: '*', resource: '*' });
  const { PolicyId } = await cam.CreatePolicy({ PolicyName: Name, PolicyDocument });
  await cam.AttachUserPolicy({ PolicyId: PolicyId!, AttachUin: Uin! });
  return { Name, Uin: Uin!, secretId: SecretId!, secretKey: SecretKey! };
}

describe.each(EVERY_WAY)('signed with %s, a %s', (signMethod, reqMethod) => {
  it('of the SDK is answered', async () => {
    const { tat } = sdk({ signMethod, reqMethod });
    const Filters = [{ Name: 'command-name', Values: ["it's", '中文 & = +'] }];
    const { TotalCount, CommandSet } = await tat.DescribeCommands({ Limit: 2, Filters });
    expect({ TotalCount, CommandSet }).toEqual({ TotalCount: 0, CommandSet: [] });
  });

  it('of the SDK with a wrong key is refused, and so is one with an unknown key', async () => {
    const wrong = sdk({ signMethod, reqMethod, secretKey: 'x'.repeat(40) });
    expect(await codeOf(wrong.tat.DescribeCommands({}))).toBe('AuthFailure.SignatureFailure');
    const unknown = sdk({ signMethod, reqMethod, secretId: `AKID${'x'.repeat(32)}` });
    expect(await codeOf(unknown.tat.DescribeCommands({}))).toBe('AuthFailure.SecretIdNotFound');
    const malformed = sdk({ signMethod, reqMethod, secretId: 'root' });
    expect(await codeOf(malformed.tat.DescribeCommands({}))).toBe('AuthFailure.InvalidSecretId');
  });

  it('of the SDK is answered under the name localhost', async () => {
    const { port } = new URL(url);
    await sdk({ signMethod, reqMethod, url: `http://localhost:${port}` }).sts.GetCallerIdentity();
  });

  it('of a client in Python brings every character as it was, in a list of twelve', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
    const DefaultParameterConfs = names.map((ParameterName) => ({
      ParameterName,
      ParameterValue: `${ParameterName}: it's 100% + a&b=c; "ü" 中文 😀 /?#`,
    }));
    const ask = { url, ...root, signMethod, httpMethod: reqMethod, version: '2020-10-28' } as const;
    const made = await python.call({
      ...ask,
      action: 'CreateCommand',
      parameters: {
        CommandName: unique('python'),
        Content: base64(`echo ${names.map((name) => `{{${name}}}`).join(' ')}`),
        Description: '中文 & = + %20 ü',
        EnableParameter: true,
        DefaultParameterConfs,
        Timeout: 61,
      },
    });
    expect(made).toMatchObject({ CommandId: expect.stringMatching(/^cmd-/) });
    const CommandIds = [made.CommandId];
    const { CommandSet } = await python.call({ ...ask, action: 'DescribeCommands', parameters: { CommandIds } });
    expect(CommandSet).toMatchObject([
      { Description: '中文 & = + %20 ü', EnableParameter: true, DefaultParameterConfs, Timeout: 61 },
    ]);
  });
});

describe('a client in Python, written from the published rules alone', () => {
  const parameters = fc.dictionary(
    fc.stringMatching(/^[A-Z][A-Za-z]{0,8}$/),
    fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }).map((each) => each.toWellFormed()),
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 12 }),
      fc.record({ Key: fc.integer(), Value: fc.boolean() }),
    ),
  );

  it('agrees on the signature of every request by TC3, non-ASCII included', async () => {
    await fc.assert(
      fc.asyncProperty(
        parameters,
        fc.constantFrom('POST', 'GET'),
        fc.nat(4_000_000_000),
        async (given, httpMethod, timestamp) => {
          const action = 'RunCommand';
          const ask = { url, ...root, signMethod: METHODS[0], httpMethod, action, version: '2020-10-28', timestamp };
          const { headers, query, body, signature } = await python.sign({ ...ask, parameters: given });
          const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
          const scope = {
            date: new Date(timestamp * 1_000).toISOString().slice(0, 10),
            service: new URL(url).host.split('.')[0]!,
            signedHeaders: ['content-type', 'host', 'x-tc-action'],
          };
          const covered = { method: httpMethod, query, body: Buffer.from(body), timestamp: String(timestamp) };
          const texts = tc3StringsToSign({ ...covered, header: (name) => named[name] }, scope);
          const taken = texts.map((stringToSign) => tc3Signature(root.secretKey, { ...scope, stringToSign }));
          expect(taken).toContain(signature);
        },
      ),
    );
  });

  it('agrees on the signature of every request by version 1', async () => {
    await fc.assert(
      fc.asyncProperty(
        parameters,
        fc.constantFrom('HmacSHA1', 'HmacSHA256'),
        fc.nat(4_000_000_000),
        async (given, signMethod, timestamp) => {
          const ask = {
            url,
            ...root,
            signMethod,
            httpMethod: 'POST',
            action: 'RunCommand',
            version: '2020-10-28',
          } as const;
          const { body, signature } = await python.sign({ ...ask, timestamp, parameters: given });
          const texts = v1StringsToSign('POST', new URL(url).host, new URLSearchParams(body));
          expect(texts.map((each) => v1Signature(root.secretKey, signMethod, each))).toContain(signature);
        },
      ),
    );
  });
});

describe('a signed request', () => {
  const list = { action: 'DescribeCommands', parameters: {} };

  it('T24: is refused when its time is more than five minutes off', async () => {
    for (const offset of [-290, 290]) expect(await codeSent(raw({ ...list, offset }))).toBe('answered');
    for (const offset of [-301, 310]) {
      expect(await codeSent(raw({ ...list, offset }))).toBe('AuthFailure.SignatureExpire');
    }
  });

  it('may sign the action, too', async () => {
    expect(await codeSent(raw({ ...list, alsoSigned: ['x-tc-action'] }))).toBe('answered');
  });

  it('T24: is refused when its signature leaves out the host, or names a header that was not sent', async () => {
    const good = raw(list);
    for (const signedHeaders of ['content-type', 'host', 'content-type;host;x-tc-token', 'content-type;host;host']) {
      const authorization = good.headers.authorization!.replace('content-type;host', signedHeaders);
      const code = await codeSent({ ...good, headers: { ...good.headers, authorization } });
      expect(code).toBe('AuthFailure.InvalidAuthorization');
    }
  });

  it('T24: does not run a command twice, byte for byte', async () => {
    const { instanceId } = fixture.constellation.machines[0]!;
    const CommandName = unique('replayed');
    const parameters = { Content: base64('true'), InstanceIds: [instanceId], CommandName };
    const request = raw({ action: 'RunCommand', parameters });
    const first = await sent(request);
    expect(first).toMatchObject({ InvocationId: expect.stringMatching(/^inv-/) });
    expect(await sent(request)).toMatchObject({
      Error: { Code: 'AuthFailure.SignatureFailure', Message: expect.stringContaining('was used before') },
    });
    // and does not when several come at once
    const create = raw({ action: 'CreateCommand', parameters: { CommandName, Content: base64('true') } });
    const codes = await Promise.all(Array.from({ length: 5 }, () => codeSent(create)));
    expect(codes.filter((code) => code === 'answered')).toHaveLength(1);
    const Filters = [{ Name: 'command-name', Values: [CommandName] }];
    expect(await sdk().tat.DescribeCommands({ Filters })).toMatchObject({ TotalCount: 1 });
  });

  it('T24: with a ClientToken is answered again as it was, unless its signature leaves out the body', async () => {
    const { instanceId } = fixture.constellation.machines[0]!;
    const parameters = { Content: base64('true'), InstanceIds: [instanceId], ClientToken: unique('token') };
    const request = raw({ action: 'RunCommand', parameters });
    const first = await sent(request);
    expect(first.InvocationId).toMatch(/^inv-/);
    expect((await sent(request)).InvocationId).toBe(first.InvocationId);

    const headers = { 'x-tc-content-sha256': 'UNSIGNED-PAYLOAD' };
    const open = raw({ action: 'RunCommand', parameters: { ...parameters, ClientToken: unique('token') }, headers });
    expect((await sent(open)).InvocationId).toMatch(/^inv-/);
    const another = { ...open, body: JSON.stringify({ ...parameters, ClientToken: unique('token') }) };
    expect(await codeSent(another)).toBe('AuthFailure.SignatureFailure');
  });

  // other systems have one loopback address
  it.runIf(process.platform === 'linux')(
    'T24: is refused elsewhere for another action than it was sent for first',
    async () => {
      const { Name } = await user();
      const request = raw({ action: 'GetUser', version: '2019-01-16', parameters: { Name } });
      expect(await codeSent(request)).toBe('answered');
      const swapped = { ...request, headers: { ...request.headers, 'x-tc-action': 'DeleteUser' } };
      expect(await codeSent(swapped, '127.0.0.2')).toBe('AuthFailure.SignatureFailure');
      expect(await sdk().cam.GetUser({ Name })).toMatchObject({ Name });
    },
  );

  it('of the SDK does what it says, also when others of the same second have the same parameters', async () => {
    const { tat } = sdk();
    const { RegisterCodeId } = await tat.CreateRegisterCode({ Description: unique('code') });
    const RegisterCodeIds = [RegisterCodeId!];
    expect((await tat.DescribeRegisterCodes({ RegisterCodeIds })).RegisterCodeSet).toHaveLength(1);
    await tat.DisableRegisterCodes({ RegisterCodeIds });
    await tat.DeleteRegisterCodes({ RegisterCodeIds });
    expect((await tat.DescribeRegisterCodes({ RegisterCodeIds })).RegisterCodeSet).toEqual([]);
  });

  it('is on record like any other call, with its key and the address that it came from', async () => {
    const { Uin, secretId, secretKey } = await user();
    const made = await sdk({ secretId, secretKey }).tat.CreateCommand({
      CommandName: unique('recorded'),
      Content: base64('true'),
    });
    const calling = await startCalling(fixture.constellation);
    const { records } = await calling
      .at(AuditService, calling.root)
      .listAuditRecords({ uin: String(Uin), action: 'tat:CreateCommand', limit: 1 });
    expect(records).toMatchObject([
      { accessKeyId: secretId, sourceIp: '127.0.0.1', requestId: made.RequestId, outcome: Outcome.ALLOWED },
    ]);
  });
});

describe('a key or a role that is taken away', () => {
  it('bites on the next call, also a user who is deleted with its key', async () => {
    const { cam } = sdk();
    const { Name, Uin, ...key } = await user();
    const { tat } = sdk(key);
    await tat.DescribeCommands({});
    await cam.UpdateAccessKey({ AccessKeyId: key.secretId, TargetUin: Uin, Status: 'Inactive' });
    expect(await codeOf(tat.DescribeCommands({}))).toBe('AuthFailure.SecretIdNotFound');
    await cam.UpdateAccessKey({ AccessKeyId: key.secretId, TargetUin: Uin, Status: 'Active' });
    await tat.DescribeCommands({});
    await cam.DeleteUser({ Name, Force: 1 });
    expect(await codeOf(tat.DescribeCommands({}))).toBe('AuthFailure.SecretIdNotFound');
  });

  it('bites on the next call of temporary credentials, which sign like any others as long as they last', async () => {
    const { cam, sts } = sdk();
    const RoleName = unique('role');
    const { AccountId } = await sts.GetCallerIdentity();
    const trust = {
      effect: 'allow',
      action: 'name/sts:AssumeRole',
      principal: { qcs: `qcs::cam::uin/${AccountId}:root` },
    };
    const { RoleId } = await cam.CreateRole({ RoleName, PolicyDocument: documentOf(trust) });
    const PolicyDocument = documentOf({ effect: 'allow', action: 'tat:DescribeCommands', resource: '*' });
    const { PolicyId } = await cam.CreatePolicy({ PolicyName: RoleName, PolicyDocument });
    await cam.AttachRolePolicy({ AttachRoleName: RoleName, PolicyId: PolicyId! });
    const RoleArn = `qcs::cam::uin/${AccountId}:roleName/${RoleName}`;
    const { Credentials } = await sts.AssumeRole({ RoleArn, RoleSessionName: 'night-shift' });
    const key = { secretId: Credentials!.TmpSecretId!, secretKey: Credentials!.TmpSecretKey! };
    const token = Credentials!.Token!;
    for (const [signMethod, reqMethod] of EVERY_WAY) {
      const session = sdk({ ...key, token, signMethod, reqMethod });
      await session.tat.DescribeCommands({});
      expect(await codeOf(session.tat.CreateCommand({ CommandName: 'mine', Content: base64('true') }))).toBe(
        'UnauthorizedOperation.CamAuthFailed',
      );
      const without = sdk({ ...key, signMethod, reqMethod });
      expect(await codeOf(without.tat.DescribeCommands({}))).toBe('AuthFailure.TokenFailure');
    }
    const session = sdk({ ...key, token });
    expect(await session.sts.GetCallerIdentity()).toMatchObject({ Type: 'CAMRole' });
    expect(await codeOf(sdk({ token }).tat.DescribeCommands({}))).toBe('AuthFailure.TokenFailure');
    await cam.DeleteRole({ RoleId: RoleId! });
    expect(await codeOf(session.tat.DescribeCommands({}))).toBe('AuthFailure.TokenFailure');
  });
});
