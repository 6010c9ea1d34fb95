import { fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { CommandType, type CreateCommandRequestSchema, CreatedBy, EventSchema } from '@muster/contract';
import { ACCOUNT_UIN, eventually, USER_UIN } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, script, startFixture, textOf } from '../../tests/fixture.ts';

type Request = MessageInitShape<typeof CreateCommandRequestSchema>;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const conf = (parameterName: string, parameterValue = '') => ({ parameterName, parameterValue });
const json = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v'])));

let serial = 0;
const create = (request: Request) =>
  fixture.as('root').createCommand({ ...restart, commandName: `c${serial++}`, ...request });

describe('CreateCommand', () => {
  it('saves what was given as version 1', async () => {
    const given = {
      commandName: '重启-nginx_1.0',
      content: script('\uFEFFecho {{word}} 数据'),
      description: 'says a word',
      commandType: CommandType.PYTHON,
      workingDirectory: '/srv/app',
      timeout: 3600,
      enableParameter: true,
      defaultParameterConfs: [{ parameterName: 'word', parameterValue: 'hi', parameterDescription: 'what to say' }],
      tags: [
        { key: 'team', value: 'ops' },
        { key: 'env', value: 'prod' },
      ],
      username: 'app',
      outputCosBucketUrl: 'https://logs-1250000000.cos.ap-guangzhou.myqcloud.com',
      outputCosKeyPrefix: 'daily/日志',
    };
    const { commandId } = await fixture.as('user').createCommand(given);
    expect(commandId).toMatch(/^cmd-[a-z0-9]{8}$/);
    const { commandSet } = await fixture.as('root').describeCommands({ commandIds: [commandId] });
    const { content, ...rest } = given;
    expect(commandSet).toMatchObject([
      {
        ...rest,
        commandId,
        version: 1,
        createdBy: CreatedBy.USER,
        createdUin: USER_UIN,
        updatedUin: USER_UIN,
        defaultParameters: '{"word":"hi"}',
        scenes: [],
        formattedDescription: '',
      },
    ]);
    expect(textOf(commandSet[0]?.content)).toBe(textOf(content));
    expect(commandSet[0]?.createdTime).toEqual(commandSet[0]?.updatedTime);
  });

  it.each([
    [CommandType.UNSPECIFIED, CommandType.SHELL, '/root', 'root'],
    [CommandType.SHELL, CommandType.SHELL, '/root', 'root'],
    [CommandType.PYTHON, CommandType.PYTHON, '/root', 'root'],
    [CommandType.POWERSHELL, CommandType.POWERSHELL, 'C:\\Program Files\\qcloud\\tat_agent\\workdir', 'System'],
    [CommandType.BAT, CommandType.BAT, 'C:\\Program Files\\qcloud\\tat_agent\\workdir', 'System'],
  ])('fills in what CommandType %i leaves open', async (commandType, saved, workingDirectory, username) => {
    const { commandId } = await create({ commandType });
    const { commandSet } = await fixture.as('root').describeCommands({ commandIds: [commandId] });
    expect(commandSet).toMatchObject([
      {
        commandType: saved,
        workingDirectory,
        username,
        timeout: 60,
        description: '',
        defaultParameters: '',
        outputCosBucketUrl: '',
        outputCosKeyPrefix: '',
      },
    ]);
  });

  it.each<[string, Request]>([
    ['CommandName of 60 bytes', { commandName: '中'.repeat(20) }],
    ['Content of 65,536 characters of Base64', { content: new Uint8Array(49_152).fill(35) }],
    ['Description of 120 characters', { description: '😀'.repeat(120) }],
    ['Timeout 1', { timeout: 1 }],
    ['Timeout 86400', { timeout: 86_400 }],
    ['Username of 256 characters', { username: 'u'.repeat(256) }],
    ['WorkingDirectory of 4095 bytes', { workingDirectory: `/${'d'.repeat(4094)}` }],
    ['20 DefaultParameters', { defaultParameters: json(20) }],
    ['20 DefaultParameterConfs', { defaultParameterConfs: Array.from({ length: 20 }, (_, i) => conf(`k${i}`)) }],
    ['a key of 64 characters', { defaultParameters: `{"${'k'.repeat(64)}":""}` }],
    ['10 Tags', { tags: Array.from({ length: 10 }, (_, i) => ({ key: `k${i}`, value: 'v' })) }],
    ['a Tag of 127 and 255 characters', { tags: [{ key: 'k'.repeat(127), value: 'v'.repeat(255) }] }],
    ['another S3 endpoint', { outputCosBucketUrl: 'https://minio.example.com/bucket' }],
    ['OutputCOSKeyPrefix of 60 characters', { outputCosKeyPrefix: '中'.repeat(60) }],
    ['braces without EnableParameter', { enableParameter: false }],
  ])('accepts %s', async (_, request) => {
    expect((await create(request)).commandId).toMatch(/^cmd-/);
  });

  it.each<[string, Request, string, string]>([
    ['no CommandName', { commandName: '' }, 'MissingParameter', 'CommandName'],
    ['a CommandName of 61 bytes', { commandName: 'x'.repeat(61) }, 'InvalidParameterValue.TooLong', 'CommandName'],
    ['a CommandName with a space', { commandName: 'a b' }, 'InvalidParameterValue.InvalidCommandName', 'CommandName'],
    ['no Content', { content: new Uint8Array() }, 'MissingParameter', 'Content'],
    [
      'Content of 65,540 characters of Base64',
      { content: new Uint8Array(49_153).fill(35) },
      'InvalidParameterValue.CommandContentInvalid',
      'Content',
    ],
    [
      'Content that is not UTF-8',
      { content: Uint8Array.of(0xff) },
      'InvalidParameterValue.CommandContentInvalid',
      'Content',
    ],
    ['a Description of 121', { description: 'x'.repeat(121) }, 'InvalidParameterValue.TooLong', 'Description'],
    ['CommandType 9', { commandType: 9 as CommandType }, 'InvalidParameterValue', 'CommandType'],
    [
      'a relative WorkingDirectory',
      { workingDirectory: 'tmp' },
      'InvalidParameterValue.InvalidWorkingDirectory',
      'WorkingDirectory',
    ],
    [
      "another system's WorkingDirectory",
      { workingDirectory: '/root', commandType: CommandType.BAT },
      'InvalidParameterValue.InvalidWorkingDirectory',
      'WorkingDirectory',
    ],
    ['Timeout 0', { timeout: 0 }, 'InvalidParameterValue.Range', 'Timeout'],
    ['Timeout 86401', { timeout: 86_401 }, 'InvalidParameterValue.Range', 'Timeout'],
    ['a Username of 257', { username: 'u'.repeat(257) }, 'InvalidParameterValue.InvalidUsername', 'Username'],
    ['a Username with a colon', { username: 'a:b' }, 'InvalidParameterValue.InvalidUsername', 'Username'],
    [
      'defaults without EnableParameter',
      { enableParameter: false, defaultParameters: '{"a":"1"}' },
      'InvalidParameterValue.SupportParametersOnlyIfEnableParameter',
      'DefaultParameters',
    ],
    [
      'defaults in both forms',
      { defaultParameters: '{"a":"1"}', defaultParameterConfs: [conf('a')] },
      'InvalidParameter.ConflictParameter',
      'DefaultParameters',
    ],
    [
      'defaults that are not JSON',
      { defaultParameters: 'a=1' },
      'InvalidParameterValue.ParameterInvalidJsonFormat',
      'DefaultParameters',
    ],
    [
      'a default that is not a string',
      { defaultParameters: '{"a":1}' },
      'InvalidParameterValue.ParameterValueNotString',
      'DefaultParameters',
    ],
    [
      'a key twice',
      { defaultParameters: '{"a":"1","a":"2"}' },
      'InvalidParameterValue.ParameterKeyDuplicated',
      'DefaultParameters',
    ],
    [
      'a key of 65 characters',
      { defaultParameters: `{"${'k'.repeat(65)}":""}` },
      'InvalidParameterValue.ParameterKeyLenExceeded',
      'DefaultParameters',
    ],
    [
      'a key with a dot',
      { defaultParameters: '{"a.b":""}' },
      'InvalidParameterValue.ParameterKeyContainsInvalidChar',
      'DefaultParameters',
    ],
    [
      '21 defaults',
      { defaultParameters: json(21) },
      'InvalidParameterValue.ParameterNumberExceeded',
      'DefaultParameters',
    ],
    [
      'a ParameterName twice',
      { defaultParameterConfs: [conf('a'), conf('a')] },
      'InvalidParameter.ParameterNameDuplicated',
      'DefaultParameterConfs',
    ],
    [
      '11 Tags',
      { tags: Array.from({ length: 11 }, (_, i) => ({ key: `k${i}`, value: 'v' })) },
      'InvalidParameterValue',
      'Tags',
    ],
    [
      'plain http',
      { outputCosBucketUrl: 'http://minio.example.com/bucket' },
      'InvalidParameterValue.InvalidOutputCOSBucketUrl',
      'OutputCOSBucketUrl',
    ],
    [
      'an OutputCOSKeyPrefix of 61',
      { outputCosKeyPrefix: 'x'.repeat(61) },
      'InvalidParameterValue.InvalidOutputCOSKeyPrefix',
      'OutputCOSKeyPrefix',
    ],
    [
      'an OutputCOSKeyPrefix that leaves its bucket',
      { outputCosKeyPrefix: '../a' },
      'InvalidParameterValue.InvalidOutputCOSKeyPrefix',
      'OutputCOSKeyPrefix',
    ],
    [
      '21 DefaultParameterConfs',
      { defaultParameterConfs: Array.from({ length: 21 }, (_, i) => conf(`k${i}`)) },
      'InvalidParameterValue.ParameterNumberExceeded',
      'DefaultParameterConfs',
    ],
    [
      'a WorkingDirectory of 4096 bytes',
      { workingDirectory: `/${'d'.repeat(4095)}` },
      'InvalidParameterValue.InvalidWorkingDirectory',
      'WorkingDirectory',
    ],
    [
      'a Tag value of 256',
      { tags: [{ key: 'k', value: 'v'.repeat(256) }] },
      'InvalidParameterValue.TooLong',
      'Tags.Value',
    ],
    ['a Tag key of 128', { tags: [{ key: 'k'.repeat(128), value: 'v' }] }, 'InvalidParameterValue.TooLong', 'Tags.Key'],
  ])('refuses %s', async (_, request, reason, field) => {
    expect(await refusalOf(create(request))).toMatchObject({ kind: 'invalid', reason, details: { field } });
  });

  it('refuses a name that the account has already, and only that account', async () => {
    await create({ commandName: 'taken' });
    expect(await refusalOf(create({ commandName: 'taken' }))).toMatchObject({
      kind: 'conflict',
      reason: 'InvalidParameterValue.CommandNameDuplicated',
      message: 'CommandName must be unique within the account, `taken` is taken',
    });
    await fixture.as('root@100000000002').createCommand({ ...restart, commandName: 'taken' });
  });

  it('saves one of two commands that ask for the same name at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => create({ commandName: 'contested' })));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('tells of the new command once it is saved, and of no other', async () => {
    fixture.published.length = 0;
    await refusalOf(create({ timeout: 0 }));
    const { commandId } = await create({});
    const message = await eventually('the event', () => fixture.published[0]);
    expect(message.subject).toBe('evt.command.command.created');
    expect(fromBinary(EventSchema, message.payload)).toMatchObject({
      eventId: message.messageId,
      accountUin: ACCOUNT_UIN,
      uin: ACCOUNT_UIN,
      body: { case: 'commandChanged', value: { commandId, version: 1 } },
    });
    expect(fixture.published).toHaveLength(1);
  });

  it('is decided on `*`, with the tags that the request carries', async () => {
    fixture.iam.questions.length = 0;
    const tags = [{ key: 'team', value: 'ops' }];
    await create({ tags });
    expect(fixture.iam.questions).toMatchObject([
      { action: 'tat:CreateCommand', resources: [{ resource: '*' }], requestTags: tags },
    ]);
  });
});

it('refuses one command more than the quota, until one is deleted', async () => {
  await using small = await startFixture({ commandQuota: 2 });
  const root = small.as('root');
  const { commandId } = await root.createCommand({ ...restart, commandName: 'one' });
  await root.createCommand({ ...restart, commandName: 'two' });
  expect(await refusalOf(root.createCommand({ ...restart, commandName: 'three' }))).toMatchObject({
    kind: 'exhausted',
    reason: 'ResourceUnavailable.UserHasNoQuotaCode',
    message: 'the account may have at most 2 commands and has 2',
  });
  await small.as('root@100000000002').createCommand(restart);
  await root.deleteCommand({ commandId });
  await root.createCommand({ ...restart, commandName: 'three' });
});
