import { fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  CommandType,
  type CreateCommandRequestSchema,
  EventSchema,
  type ModifyCommandRequestSchema,
} from '@muster/contract';
import { ACCOUNT_UIN, eventually, USER_UIN } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, script, startFixture, textOf } from '../../tests/fixture.ts';

type Change = Omit<MessageInitShape<typeof ModifyCommandRequestSchema>, '$typeName'>;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

let serial = 0;
async function created(request: MessageInitShape<typeof CreateCommandRequestSchema> = {}): Promise<string> {
  const { commandId } = await fixture.as('root').createCommand({ ...restart, commandName: `m${serial++}`, ...request });
  return commandId;
}
async function latest(commandId: string) {
  const { commandSet } = await fixture.as('root').describeCommands({ commandIds: [commandId] });
  return commandSet[0]!;
}
const change = (commandId: string, given: Change) => fixture.as('user').modifyCommand({ commandId, ...given });

describe('ModifyCommand', () => {
  it.each<[Change, object]>([
    [{ commandName: 'renamed' }, { commandName: 'renamed' }],
    [{ description: 'new' }, { description: 'new' }],
    [{ description: '' }, { description: '' }],
    [{ commandType: CommandType.PYTHON }, { commandType: CommandType.PYTHON, workingDirectory: '/tmp' }],
    [
      { commandType: CommandType.UNSPECIFIED, timeout: 7 },
      { commandType: CommandType.SHELL, timeout: 7 },
    ],
    [{ workingDirectory: '/var' }, { workingDirectory: '/var' }],
    [{ workingDirectory: '' }, { workingDirectory: '/root' }],
    [{ timeout: 86_400 }, { timeout: 86_400 }],
    [{ username: 'other' }, { username: 'other' }],
    [{ username: '' }, { username: 'root' }],
    [{ commandName: '中'.repeat(20) }, { commandName: '中'.repeat(20) }],
    [{ description: '😀'.repeat(120) }, { description: '😀'.repeat(120) }],
    [{ content: new Uint8Array(49_152).fill(35) }, {}],
    [{ timeout: 1 }, { timeout: 1 }],
    [{ username: 'u'.repeat(256) }, { username: 'u'.repeat(256) }],
    [
      { outputCosBucketUrl: 'https://minio.example.com/bucket' },
      { outputCosBucketUrl: 'https://minio.example.com/bucket' },
    ],
    [{ outputCosBucketUrl: '' }, { outputCosBucketUrl: '' }],
    [{ outputCosKeyPrefix: 'x'.repeat(60) }, { outputCosKeyPrefix: 'x'.repeat(60) }],
    [{ outputCosKeyPrefix: '' }, { outputCosKeyPrefix: '' }],
    [{ defaultParameters: '{"b": "2"}' }, { defaultParameters: '{"b":"2"}' }],
    [{ defaultParameters: '' }, { defaultParameters: '' }],
    [
      { defaultParameterConfs: [{ parameterName: 'c', parameterValue: '3', parameterDescription: 'd' }] },
      {
        defaultParameters: '{"c":"3"}',
        defaultParameterConfs: [{ parameterName: 'c', parameterValue: '3', parameterDescription: 'd' }],
      },
    ],
  ])('%j changes that and nothing else, as a new version', async (given, changed) => {
    const commandId = await created({
      description: 'old',
      workingDirectory: '/tmp',
      username: 'app',
      outputCosBucketUrl: 'https://logs-1250000000.cos.ap-guangzhou.myqcloud.com',
      outputCosKeyPrefix: 'old',
      defaultParameters: '{"a":"1"}',
      tags: [{ key: 'k', value: 'v' }],
    });
    const before = await latest(commandId);
    fixture.clock.ms += 1_000;
    await change(commandId, given);
    const { updatedTime, ...after } = await latest(commandId);
    expect(after).toEqual({ ...before, ...after, updatedTime: undefined, version: 2, updatedUin: USER_UIN });
    expect(after).toMatchObject({ ...changed, createdTime: before.createdTime });
    expect(updatedTime!.seconds).toBe(before.updatedTime!.seconds + 1n);
  });

  it('replaces the script and keeps the old one as version 1', async () => {
    const commandId = await created({ content: script('one') });
    await change(commandId, { content: script('two') });
    expect(textOf((await latest(commandId)).content)).toBe('two');
    const { commandSet } = await fixture.as('root').describeCommandVersions({ commandId });
    expect(commandSet.map((each) => textOf(each.content))).toEqual(['two', 'one']);
  });

  it('makes no version of a change that changes nothing', async () => {
    const commandId = await created();
    await change(commandId, {});
    await change(commandId, { timeout: 60, username: 'root', content: restart.content });
    expect((await latest(commandId)).version).toBe(1);
  });

  it.each<[Change, string, string]>([
    [{ commandName: '' }, 'InvalidParameterValue.InvalidCommandName', 'CommandName'],
    [{ commandName: 'x'.repeat(61) }, 'InvalidParameterValue.TooLong', 'CommandName'],
    [{ content: new Uint8Array() }, 'InvalidParameterValue.CommandContentInvalid', 'Content'],
    [{ content: Uint8Array.of(0xff) }, 'InvalidParameterValue.CommandContentInvalid', 'Content'],
    [{ description: 'x'.repeat(121) }, 'InvalidParameterValue.TooLong', 'Description'],
    [{ commandType: 99 as CommandType }, 'InvalidParameterValue', 'CommandType'],
    [{ commandType: CommandType.BAT }, 'InvalidParameterValue.InvalidWorkingDirectory', 'WorkingDirectory'],
    [{ workingDirectory: 'x' }, 'InvalidParameterValue.InvalidWorkingDirectory', 'WorkingDirectory'],
    [{ timeout: 0 }, 'InvalidParameterValue.Range', 'Timeout'],
    [{ timeout: 86_401 }, 'InvalidParameterValue.Range', 'Timeout'],
    [{ username: 'a:b' }, 'InvalidParameterValue.InvalidUsername', 'Username'],
    [{ username: 'u'.repeat(257) }, 'InvalidParameterValue.InvalidUsername', 'Username'],
    [{ outputCosBucketUrl: 'ftp://a' }, 'InvalidParameterValue.InvalidOutputCOSBucketUrl', 'OutputCOSBucketUrl'],
    [{ outputCosKeyPrefix: 'x'.repeat(61) }, 'InvalidParameterValue.InvalidOutputCOSKeyPrefix', 'OutputCOSKeyPrefix'],
    [{ outputCosKeyPrefix: 'a//b' }, 'InvalidParameterValue.InvalidOutputCOSKeyPrefix', 'OutputCOSKeyPrefix'],
    [{ content: new Uint8Array(49_153).fill(35) }, 'InvalidParameterValue.CommandContentInvalid', 'Content'],
    [{ defaultParameters: 'x' }, 'InvalidParameterValue.ParameterInvalidJsonFormat', 'DefaultParameters'],
    [{ defaultParameters: '{"a":1}' }, 'InvalidParameterValue.ParameterValueNotString', 'DefaultParameters'],
    [{ defaultParameters: '{"a":"","a":""}' }, 'InvalidParameterValue.ParameterKeyDuplicated', 'DefaultParameters'],
    [
      { defaultParameters: '{}', defaultParameterConfs: [{ parameterName: 'a' }] },
      'InvalidParameter.ConflictParameter',
      'DefaultParameters',
    ],
  ])('refuses %j with %s', async (given, reason, field) => {
    const commandId = await created();
    expect(await refusalOf(change(commandId, given))).toMatchObject({ reason, details: { field } });
    expect((await latest(commandId)).version).toBe(1);
  });

  it('refuses defaults for a command that was created without EnableParameter', async () => {
    const commandId = await created({ enableParameter: false });
    for (const given of [{ defaultParameters: '{}' }, { defaultParameterConfs: [{ parameterName: 'a' }] }]) {
      expect((await refusalOf(change(commandId, given))).reason).toBe(
        'InvalidParameterValue.SupportParametersOnlyIfEnableParameter',
      );
    }
  });

  it("refuses another command's name and accepts its own", async () => {
    await created({ commandName: 'occupied' });
    const commandId = await created({ commandName: 'mine' });
    expect((await refusalOf(change(commandId, { commandName: 'occupied' }))).reason).toBe(
      'InvalidParameterValue.CommandNameDuplicated',
    );
    await change(commandId, { commandName: 'mine', timeout: 5 });
    await change(commandId, { commandName: 'yours' });
    await created({ commandName: 'mine' });
  });

  it.each([
    ['', 'MissingParameter'],
    ['cmd-', 'InvalidParameterValue.InvalidCommandId'],
    ['cmd-*', 'InvalidParameterValue.InvalidCommandId'],
    ['0', 'InvalidParameterValue.InvalidCommandId'],
    ['cmd-00000000', 'ResourceNotFound.CommandNotFound'],
  ])('refuses the id %j with %s', async (commandId, reason) => {
    expect((await refusalOf(change(commandId, { timeout: 5 }))).reason).toBe(reason);
  });

  it("does not know another account's command", async () => {
    const { commandId } = await fixture.as('root@100000000002').createCommand(restart);
    expect((await refusalOf(change(commandId, { timeout: 5 }))).reason).toBe('ResourceNotFound.CommandNotFound');
  });

  it('keeps every one of many changes at once', async () => {
    const commandId = await created();
    await Promise.all(Array.from({ length: 10 }, (_, i) => change(commandId, { timeout: 100 + i })));
    const { commandSet, totalCount } = await fixture.as('root').describeCommandVersions({ commandId });
    expect(totalCount).toBe(11);
    expect(commandSet.map((each) => each.version)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(new Set(commandSet.map((each) => each.timeout)).size).toBe(11);
  });

  it('tells of the new version', async () => {
    const commandId = await created();
    await change(commandId, { timeout: 5 });
    const message = await eventually('the event', () =>
      fixture.published.find(({ subject, payload }) => {
        const { body } = fromBinary(EventSchema, payload);
        return (
          subject === 'evt.command.command.modified' &&
          body.case === 'commandChanged' &&
          body.value.commandId === commandId
        );
      }),
    );
    expect(fromBinary(EventSchema, message.payload)).toMatchObject({ uin: USER_UIN, body: { value: { version: 2 } } });
  });

  it('is decided on the command with its tags and its maker, once', async () => {
    const tags = [{ key: 'team', value: 'ops' }];
    const commandId = await created({ tags });
    fixture.iam.questions.length = 0;
    await change(commandId, { timeout: 5 });
    const resource = `qcs::tat:ap-guangzhou::command/${commandId}`;
    const attributes = [{ key: 'qcs:create_uin', values: [ACCOUNT_UIN] }];
    expect(fixture.iam.questions).toMatchObject([
      { action: 'tat:ModifyCommand', resources: [{ resource, tags, attributes }] },
    ]);
    fixture.iam.decide = (_action, _resource, question) => !question.resources[0]?.tags?.length;
    expect(await refusalOf(change(commandId, { timeout: 6 }))).toMatchObject({
      kind: 'denied',
      reason: 'UnauthorizedOperation.CamAuthFailed',
      details: { action: 'tat:ModifyCommand', resource },
    });
    fixture.iam.decide = () => true;
    expect((await latest(commandId)).timeout).toBe(5);
  });
});
