import type { Client } from '@connectrpc/connect';
import type { CommandService, CommandType } from '@muster/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, script, startFixture } from './fixture.ts';

/**
 * Every error code that an action declares (spec section 13.2) with a call that ends in it; a comment says why one cannot. What is said of
 * all actions: InternalError is a fault and no answer to any request known. InvalidParameter, where nothing else is said, is a malformed request
 * and UnknownParameter a field that does not exist: both end before any service, in the gateway's JSON door or in the decoding of protobuf.
 * InvalidToken, MFAExpired and MFANotFound (UnauthorizedOperation): iam-svc says AuthFailure.* for a bad token, and a condition on MFA
 * that does not hold denies like any other, with CamAuthFailed.
 */
type Codes = Record<string, (as: Client<typeof CommandService>) => Promise<unknown>>;

const bad = (commandName: string) => ({ ...restart, commandName });
const keys = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, ''])));
const long = `{"${'k'.repeat(65)}":""}`;
const filter = (name: string, ...values: string[]) => ({ filters: [{ name, values }] });

/** Commands that are there before each call. */
let there: { plain: string; withParameters: string; named: string };
const denied = 'UnauthorizedOperation.CamAuthFailed';

const CREATE_COMMAND: Codes = {
  // ParameterDisabled: CreateCommand takes no Parameters; for defaults SupportParametersOnlyIfEnableParameter says it
  'InvalidParameterValue.ParameterInvalidJsonFormat': (as) =>
    as.createCommand({ ...bad('a'), defaultParameters: '[]' }),
  'InvalidParameterValue.ParameterKeyContainsInvalidChar': (as) =>
    as.createCommand({ ...bad('a'), defaultParameters: '{"a b":""}' }),
  'InvalidParameterValue.ParameterKeyDuplicated': (as) =>
    as.createCommand({ ...bad('a'), defaultParameters: '{"a":"","a":""}' }),
  'InvalidParameterValue.ParameterKeyLenExceeded': (as) => as.createCommand({ ...bad('a'), defaultParameters: long }),
  'InvalidParameterValue.ParameterNumberExceeded': (as) =>
    as.createCommand({ ...bad('a'), defaultParameters: keys(21) }),
  'InvalidParameterValue.ParameterValueNotString': (as) =>
    as.createCommand({ ...bad('a'), defaultParameters: '{"a":null}' }),
  [denied]: (as) => as.createCommand(bad('a')),
  // FailedOperation.TagOperationFailed: tags are rows of the same store, there is no tag service to fail
  // InvalidParameter: the one condition of it has a code of its own, ConflictParameter
  'InvalidParameter.ConflictParameter': (as) =>
    as.createCommand({ ...bad('a'), defaultParameters: '{}', defaultParameterConfs: [{ parameterName: 'a' }] }),
  InvalidParameterValue: (as) => as.createCommand({ ...bad('a'), commandType: 9 as CommandType }),
  'InvalidParameterValue.CommandContentInvalid': (as) =>
    as.createCommand({ ...bad('a'), content: Uint8Array.of(0xff) }),
  'InvalidParameterValue.CommandNameDuplicated': (as) => as.createCommand(bad('named')),
  'InvalidParameterValue.InvalidCommandName': (as) => as.createCommand(bad('a b')),
  // InvalidParameterValue.InvalidContent: the same condition as CommandContentInvalid, which is used for all of it
  'InvalidParameterValue.InvalidOutputCOSBucketUrl': (as) =>
    as.createCommand({ ...bad('a'), outputCosBucketUrl: 'ftp://a' }),
  'InvalidParameterValue.InvalidOutputCOSKeyPrefix': (as) =>
    as.createCommand({ ...bad('a'), outputCosKeyPrefix: '/a' }),
  'InvalidParameterValue.InvalidUsername': (as) => as.createCommand({ ...bad('a'), username: 'a:b' }),
  'InvalidParameterValue.InvalidWorkingDirectory': (as) => as.createCommand({ ...bad('a'), workingDirectory: 'a' }),
  'InvalidParameterValue.Range': (as) => as.createCommand({ ...bad('a'), timeout: 86_401 }),
  'InvalidParameterValue.SupportParametersOnlyIfEnableParameter': (as) =>
    as.createCommand({ ...bad('a'), enableParameter: false, defaultParameters: '{}' }),
  'InvalidParameterValue.TooLong': (as) => as.createCommand(bad('x'.repeat(61))),
  MissingParameter: (as) => as.createCommand(bad('')),
  // ResourceNotFound.CosBucketNotFoundCode: the bucket is looked for when the command is to run, not when it is saved
  'ResourceUnavailable.UserHasNoQuotaCode': (as) => as.createCommand(bad('one-too-many')),
  // UnsupportedOperation: every command that can be described can be saved
};

const MODIFY_COMMAND: Codes = {
  [denied]: (as) => as.modifyCommand({ commandId: there.plain }),
  // InvalidParameter: as for CreateCommand
  'InvalidParameter.ConflictParameter': (as) =>
    as.modifyCommand({
      commandId: there.withParameters,
      defaultParameters: '{}',
      defaultParameterConfs: [{ parameterName: 'a' }],
    }),
  InvalidParameterValue: (as) => as.modifyCommand({ commandId: there.plain, commandType: 9 as CommandType }),
  'InvalidParameterValue.CommandContentInvalid': (as) =>
    as.modifyCommand({ commandId: there.plain, content: Uint8Array.of(0xff) }),
  'InvalidParameterValue.CommandNameDuplicated': (as) =>
    as.modifyCommand({ commandId: there.plain, commandName: 'named' }),
  'InvalidParameterValue.InvalidCommandId': (as) => as.modifyCommand({ commandId: 'x' }),
  'InvalidParameterValue.InvalidCommandName': (as) => as.modifyCommand({ commandId: there.plain, commandName: '/' }),
  'InvalidParameterValue.InvalidOutputCOSBucketUrl': (as) =>
    as.modifyCommand({ commandId: there.plain, outputCosBucketUrl: 'a' }),
  'InvalidParameterValue.InvalidOutputCOSKeyPrefix': (as) =>
    as.modifyCommand({ commandId: there.plain, outputCosKeyPrefix: '..' }),
  'InvalidParameterValue.InvalidWorkingDirectory': (as) =>
    as.modifyCommand({ commandId: there.plain, workingDirectory: 'a' }),
  'InvalidParameterValue.ParameterInvalidJsonFormat': (as) =>
    as.modifyCommand({ commandId: there.withParameters, defaultParameters: '{' }),
  'InvalidParameterValue.ParameterKeyContainsInvalidChar': (as) =>
    as.modifyCommand({ commandId: there.withParameters, defaultParameters: '{"":""}' }),
  'InvalidParameterValue.ParameterKeyDuplicated': (as) =>
    as.modifyCommand({ commandId: there.withParameters, defaultParameters: '{"a":"","a":""}' }),
  'InvalidParameterValue.ParameterKeyLenExceeded': (as) =>
    as.modifyCommand({ commandId: there.withParameters, defaultParameters: long }),
  'InvalidParameterValue.ParameterNumberExceeded': (as) =>
    as.modifyCommand({ commandId: there.withParameters, defaultParameters: keys(21) }),
  'InvalidParameterValue.ParameterValueNotString': (as) =>
    as.modifyCommand({ commandId: there.withParameters, defaultParameters: '{"a":{}}' }),
  'InvalidParameterValue.Range': (as) => as.modifyCommand({ commandId: there.plain, timeout: 0 }),
  'InvalidParameterValue.SupportParametersOnlyIfEnableParameter': (as) =>
    as.modifyCommand({ commandId: there.plain, defaultParameters: '{}' }),
  'InvalidParameterValue.TooLong': (as) => as.modifyCommand({ commandId: there.plain, description: 'x'.repeat(121) }),
  'ResourceNotFound.CommandNotFound': (as) => as.modifyCommand({ commandId: 'cmd-00000000' }),
  // ResourceNotFound.CosBucketNotFoundCode: as for CreateCommand
};

const DELETE_COMMAND: Codes = {
  [denied]: (as) => as.deleteCommand({ commandId: there.plain }),
  // InvalidParameterValue: the one field has a code of its own; of ClientToken see client-tokens.test.ts
  'InvalidParameterValue.InvalidCommandId': (as) => as.deleteCommand({ commandId: 'x' }),
  'ResourceNotFound.CommandNotFound': (as) => as.deleteCommand({ commandId: 'cmd-00000000' }),
  'ResourceUnavailable.CommandInExecuting': (as) => as.deleteCommand({ commandId: there.plain }),
  'ResourceUnavailable.CommandInInvoker': (as) => as.deleteCommand({ commandId: there.plain }),
};

const DELETE_COMMANDS: Codes = {
  [denied]: (as) => as.deleteCommands({ commandIds: [there.plain] }),
  // InvalidParameterValue: more precisely .LimitExceeded, for over 100 ids
  'InvalidParameterValue.LimitExceeded': (as) =>
    as.deleteCommands({ commandIds: Array.from({ length: 101 }, () => there.plain) }),
  'InvalidParameterValue.InvalidCommandId': (as) => as.deleteCommands({ commandIds: [there.plain, 'x'] }),
  'ResourceNotFound.CommandNotFound': (as) => as.deleteCommands({ commandIds: [there.plain, 'cmd-00000000'] }),
  'ResourceUnavailable.CommandInExecuting': (as) => as.deleteCommands({ commandIds: [there.plain] }),
  'ResourceUnavailable.CommandInInvoker': (as) => as.deleteCommands({ commandIds: [there.plain] }),
};

const DESCRIBE_COMMANDS: Codes = {
  [denied]: (as) => as.describeCommands({ commandIds: [there.plain] }),
  'InvalidParameter.ConflictParameter': (as) =>
    as.describeCommands({ commandIds: [there.plain], ...filter('command-name', 'a') }),
  InvalidParameterValue: (as) => as.describeCommands({ limit: 101 }),
  'InvalidParameterValue.InvalidCommandId': (as) => as.describeCommands({ commandIds: ['x'] }),
  'InvalidParameterValue.InvalidFilter': (as) => as.describeCommands(filter('name', 'a')),
};

const PREVIEW_REPLACED_COMMAND_CONTENT: Codes = {
  'InvalidParameterValue.ParameterDisabled': (as) =>
    as.previewReplacedCommandContent({ commandId: there.plain, parameters: '{}' }),
  'InvalidParameterValue.ParameterInvalidJsonFormat': (as) =>
    as.previewReplacedCommandContent({ commandId: there.withParameters, parameters: 'a' }),
  'InvalidParameterValue.ParameterKeyContainsInvalidChar': (as) =>
    as.previewReplacedCommandContent({ commandId: there.withParameters, parameters: '{"tat-hidden:a":""}' }),
  'InvalidParameterValue.ParameterKeyDuplicated': (as) =>
    as.previewReplacedCommandContent({ commandId: there.withParameters, parameters: '{"a":"","a":""}' }),
  'InvalidParameterValue.ParameterKeyLenExceeded': (as) =>
    as.previewReplacedCommandContent({ commandId: there.withParameters, parameters: long }),
  'InvalidParameterValue.ParameterNumberExceeded': (as) =>
    as.previewReplacedCommandContent({ commandId: there.withParameters, parameters: keys(21) }),
  'InvalidParameterValue.ParameterValueNotString': (as) =>
    as.previewReplacedCommandContent({ commandId: there.withParameters, parameters: '{"a":1}' }),
  [denied]: (as) => as.previewReplacedCommandContent({ commandId: there.plain }),
  'InvalidParameter.ConflictParameter': (as) =>
    as.previewReplacedCommandContent({ commandId: there.plain, content: script('a') }),
  // InvalidParameter.ParameterNameDuplicated: of DefaultParameterConfs, which a preview does not take
  'InvalidParameterValue.CommandContentInvalid': (as) =>
    as.previewReplacedCommandContent({ content: Uint8Array.of(0xff) }),
  // InvalidParameterValue.CommandNameDuplicated: a preview names nothing
  'InvalidParameterValue.InvalidCommandId': (as) => as.previewReplacedCommandContent({ commandId: 'x' }),
  // InvalidParameterValue.LackOfParameterInfo: placeholders without a value stay as they are (section 7); only a run refuses them
  'InvalidParameterValue.LackOfParameters': (as) => as.previewReplacedCommandContent({ content: script('{{a}}') }),
  // InvalidParameterValue.Range: no field is a number
  // InvalidParameterValue.SupportParametersOnlyIfEnableParameter: of defaults; for Parameters ParameterDisabled says it (section 7)
  'ResourceNotFound.CommandNotFound': (as) => as.previewReplacedCommandContent({ commandId: 'cmd-00000000' }),
};

const DESCRIBE_SCENES: Codes = {
  // InvalidFilter: the same condition as InvalidParameterValue.InvalidFilter, which is used for all of it
  'InvalidParameter.ConflictParameter': (as) =>
    as.describeScenes({ sceneIds: ['sc-00000000'], ...filter('scene-name', 'a') }),
  InvalidParameterValue: (as) => as.describeScenes({ limit: 0 }),
  'InvalidParameterValue.InvalidFilter': (as) => as.describeScenes(filter('created-by', 'USER')),
  'InvalidParameterValue.InvalidSceneId': (as) => as.describeScenes({ sceneIds: ['x'] }),
  'InvalidParameterValue.InvalidSceneName': (as) => as.describeScenes(filter('scene-name', 'x'.repeat(61))),
  'LimitExceeded.FilterValueExceeded': (as) => as.describeScenes(filter('scene-name', ...'abcdef')),
  [denied]: (as) => as.describeScenes({}),
};

const ACTIONS = {
  CreateCommand: CREATE_COMMAND,
  ModifyCommand: MODIFY_COMMAND,
  DeleteCommand: DELETE_COMMAND,
  DeleteCommands: DELETE_COMMANDS,
  DescribeCommands: DESCRIBE_COMMANDS,
  PreviewReplacedCommandContent: PREVIEW_REPLACED_COMMAND_CONTENT,
  DescribeScenes: DESCRIBE_SCENES,
};

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ commandQuota: 3 });
  const make = async (commandName: string, enableParameter: boolean) =>
    (await fixture.as('root').createCommand({ ...restart, commandName, enableParameter })).commandId;
  there = {
    plain: await make('plain', false),
    withParameters: await make('with-parameters', true),
    named: await make('named', true),
  };
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(() => {
  fixture.iam.decide = () => true;
  Object.assign(fixture.use, { inInvoker: [], inExecuting: [] });
});

describe.each(Object.entries(ACTIONS))('%s', (_, codes) => {
  it.each(Object.entries(codes))('ends in %s', async (code, call) => {
    if (code === denied) fixture.iam.decide = () => false;
    if (code === 'ResourceUnavailable.CommandInExecuting') fixture.use.inExecuting = [there.plain];
    if (code === 'ResourceUnavailable.CommandInInvoker') fixture.use.inInvoker = [there.plain];
    expect((await refusalOf(call(fixture.as('user')))).reason).toBe(code);
  });
});

it('left everything as it was', async () => {
  const { commandSet } = await fixture.as('root').describeCommands({});
  expect(commandSet.map(({ commandId, version }) => [commandId, version]).sort()).toEqual(
    Object.values(there)
      .sort()
      .map((commandId) => [commandId, 1]),
  );
});
