import { fromBinary } from '@bufbuild/protobuf';
import { EventSchema } from '@muster/contract';
import { ACCOUNT_UIN, eventually, USER_UIN } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, script, startFixture, textOf } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

let serial = 0;
/** A command that said something else, in every field, at version 1. */
async function changed(): Promise<{ commandId: string; firstName: string }> {
  const firstName = `first${serial++}`;
  const root = fixture.as('root');
  const { commandId } = await root.createCommand({
    ...restart,
    commandName: firstName,
    content: script('one'),
    defaultParameters: '{"a":"1"}',
    outputCosKeyPrefix: 'one',
    tags: [{ key: 'k', value: 'v' }],
  });
  await root.modifyCommand({
    commandId,
    commandName: `second${serial++}`,
    content: script('two'),
    defaultParameterConfs: [{ parameterName: 'b', parameterValue: '2', parameterDescription: 'd' }],
    timeout: 9,
    outputCosKeyPrefix: 'two',
  });
  return { commandId, firstName };
}
const restore = (commandId: string, version: number) =>
  fixture.as('user').restoreCommandVersion({ commandId, version });
const versions = async (commandId: string) =>
  (await fixture.as('root').describeCommandVersions({ commandId })).commandSet;

describe('RestoreCommandVersion', () => {
  it('saves what an earlier version says as a new one, and keeps all that there were', async () => {
    const { commandId, firstName } = await changed();
    const [second, first] = await versions(commandId);
    fixture.clock.ms += 1_000;
    expect(await restore(commandId, 1)).toMatchObject({ version: 3 });
    const [restored, ...before] = await versions(commandId);
    expect(before).toEqual([second, first]);
    const { $typeName: _, updatedTime, ...said } = first!;
    expect(restored).toMatchObject({ ...said, commandName: firstName, version: 3, updatedUin: USER_UIN });
    expect(restored!.updatedTime!.seconds).toBe(updatedTime!.seconds + 1n);
    expect(textOf(restored!.content)).toBe('one');
  });

  it('makes no version of the one that is the latest, or says the same', async () => {
    const { commandId } = await changed();
    expect(await restore(commandId, 2)).toMatchObject({ version: 2 });
    await restore(commandId, 1);
    expect(await restore(commandId, 1)).toMatchObject({ version: 3 });
    expect(await versions(commandId)).toHaveLength(3);
  });

  it('tells of the new version', async () => {
    const { commandId } = await changed();
    await restore(commandId, 1);
    await eventually('the event', () =>
      fixture.published.some(({ payload }) => {
        const { uin, body } = fromBinary(EventSchema, payload);
        return uin === USER_UIN && body.case === 'commandChanged' && body.value.commandId === commandId;
      }),
    );
  });

  it('refuses a version whose name another command has by now', async () => {
    const { commandId, firstName } = await changed();
    await fixture.as('root').createCommand({ ...restart, commandName: firstName });
    expect(await refusalOf(restore(commandId, 1))).toMatchObject({
      kind: 'conflict',
      reason: 'InvalidParameterValue.CommandNameDuplicated',
    });
  });

  it.each<[string, number, string]>([
    ['', 1, 'MissingParameter'],
    ['x', 1, 'InvalidParameterValue.InvalidCommandId'],
    ['cmd-00000000', 1, 'ResourceNotFound.CommandNotFound'],
    ['changed', 0, 'MissingParameter'],
    ['changed', 3, 'ResourceNotFound.CommandNotFound'],
  ])('refuses the id %j at version %i with %s', async (given, version, reason) => {
    const commandId = given === 'changed' ? (await changed()).commandId : given;
    expect((await refusalOf(restore(commandId, version))).reason).toBe(reason);
  });

  it("does not know another account's command", async () => {
    const { commandId } = await changed();
    const foreign = fixture.as('root@100000000002').restoreCommandVersion({ commandId, version: 1 });
    expect((await refusalOf(foreign)).reason).toBe('ResourceNotFound.CommandNotFound');
    expect(await versions(commandId)).toHaveLength(2);
  });

  it('is decided as ModifyCommand on the command', async () => {
    const { commandId } = await changed();
    fixture.iam.questions.length = 0;
    fixture.iam.decide = () => false;
    expect((await refusalOf(restore(commandId, 1))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    fixture.iam.decide = () => true;
    expect(fixture.iam.questions).toMatchObject([
      {
        action: 'tat:ModifyCommand',
        resources: [
          {
            resource: `qcs::tat:ap-guangzhou::command/${commandId}`,
            tags: [{ key: 'k', value: 'v' }],
            attributes: [{ key: 'qcs:create_uin', values: [ACCOUNT_UIN] }],
          },
        ],
      },
    ]);
  });
});
