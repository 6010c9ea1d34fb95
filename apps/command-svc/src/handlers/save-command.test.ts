import type { MessageInitShape } from '@bufbuild/protobuf';
import { CommandType, type SaveCommandRequestSchema } from '@muster/contract';
import { ACCOUNT_UIN, USER_UIN } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, script, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ commandQuota: 3 });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const first = {
  accountUin: ACCOUNT_UIN,
  uin: USER_UIN,
  commandId: 'cmd-saved001',
  commandName: 'saved',
  content: script('echo {{a}}'),
  commandType: CommandType.SHELL,
  workingDirectory: '/tmp',
  timeout: 30,
  enableParameter: true,
  defaultParameterConfs: [{ parameterName: 'a', parameterValue: '1', parameterDescription: 'd' }],
  tags: [{ key: 'k', value: 'v' }],
  username: 'app',
  outputCosBucketUrl: 'https://minio.example.com/bucket',
  outputCosKeyPrefix: 'runs',
} satisfies MessageInitShape<typeof SaveCommandRequestSchema>;

const save = (request: MessageInitShape<typeof SaveCommandRequestSchema>) =>
  fixture.internal.saveCommand({ ...first, ...request });
const list = async () => (await fixture.as('root').describeCommands({})).commandSet;

describe('SaveCommand', () => {
  it('saves the command under the id it was given', async () => {
    await save({});
    const { accountUin: _, uin, content: __, ...rest } = first;
    expect(await list()).toMatchObject([{ ...rest, version: 1, updatedUin: uin }]);
  });

  it('does nothing when it is repeated, even after a change and when the library is full', async () => {
    await save({ commandId: 'cmd-saved002', commandName: 'second' });
    await fixture.as('root').modifyCommand({ commandId: 'cmd-saved001', timeout: 99 });
    await save({ commandId: 'cmd-saved003', commandName: 'third' });
    await save({});
    expect((await list()).map((each) => [each.commandId, each.version])).toEqual([
      ['cmd-saved003', 1],
      ['cmd-saved002', 1],
      ['cmd-saved001', 2],
    ]);
  });

  it('refuses the id of a different command', async () => {
    for (const other of [{ timeout: 31 }, { content: script('other') }]) {
      expect(await refusalOf(save(other))).toMatchObject({ kind: 'conflict', details: { field: 'CommandId' } });
    }
  });

  it('keeps the rules of CreateCommand', async () => {
    const another = { commandId: 'cmd-saved004' };
    expect((await refusalOf(save(another))).reason).toBe('InvalidParameterValue.CommandNameDuplicated');
    expect((await refusalOf(save({ ...another, commandName: 'fourth' }))).reason).toBe(
      'ResourceUnavailable.UserHasNoQuotaCode',
    );
    expect((await refusalOf(save({ ...another, outputCosKeyPrefix: '/' }))).reason).toBe(
      'InvalidParameterValue.InvalidOutputCOSKeyPrefix',
    );
    expect((await refusalOf(save({ ...another, timeout: 0 }))).reason).toBe('InvalidParameterValue.Range');
    expect((await refusalOf(save({ commandId: 'x' }))).reason).toBe('InvalidParameterValue.InvalidCommandId');
    expect((await refusalOf(save({ ...another, commandName: '' }))).reason).toBe('MissingParameter');
  });
});
