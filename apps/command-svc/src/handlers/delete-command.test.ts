import { fromBinary } from '@bufbuild/protobuf';
import { EventSchema } from '@muster/contract';
import { ACCOUNT_UIN, eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DeleteCommand', () => {
  it('takes all versions with it and frees the name', async () => {
    const root = fixture.as('root');
    const { commandId } = await root.createCommand({ ...restart, tags: [{ key: 'k', value: 'v' }] });
    await root.modifyCommand({ commandId, timeout: 5 });
    await root.deleteCommand({ commandId });
    expect(await root.describeCommands({ commandIds: [commandId] })).toMatchObject({ totalCount: 0, commandSet: [] });
    for (const gone of [
      root.describeCommandVersions({ commandId }),
      root.modifyCommand({ commandId, timeout: 6 }),
      root.deleteCommand({ commandId }),
      fixture.internal.resolveCommand({ accountUin: ACCOUNT_UIN, commandId, version: 1 }),
    ]) {
      expect(await refusalOf(gone)).toMatchObject({
        kind: 'not_found',
        reason: 'ResourceNotFound.CommandNotFound',
        message: `no command \`${commandId}\``,
      });
    }
    await root.createCommand(restart);
  });

  it('tells of it with version 0', async () => {
    const { commandId } = await fixture.as('user').createCommand({ ...restart, commandName: 'told' });
    await fixture.as('user').deleteCommand({ commandId });
    const message = await eventually('the event', () =>
      fixture.published.findLast((each) => each.subject === 'evt.command.command.deleted'),
    );
    expect(fromBinary(EventSchema, message.payload).body.value).toMatchObject({ version: 0 });
  });

  it.each([
    ['', 'MissingParameter'],
    ['nonsense', 'InvalidParameterValue.InvalidCommandId'],
    ['cmd-00000000', 'ResourceNotFound.CommandNotFound'],
  ])('refuses the id %j with %s', async (commandId, reason) => {
    expect((await refusalOf(fixture.as('root').deleteCommand({ commandId }))).reason).toBe(reason);
  });

  it("does not know another account's command", async () => {
    const other = fixture.as('root@100000000002');
    const { commandId } = await other.createCommand(restart);
    expect((await refusalOf(fixture.as('root').deleteCommand({ commandId }))).reason).toBe(
      'ResourceNotFound.CommandNotFound',
    );
    expect((await other.describeCommands({})).totalCount).toBe(1);
  });

  it('deletes nothing for a caller who is not allowed', async () => {
    const { commandId } = await fixture.as('root').createCommand({ ...restart, commandName: 'kept' });
    fixture.iam.decide = (action) => action !== 'tat:DeleteCommand';
    expect((await refusalOf(fixture.as('user').deleteCommand({ commandId }))).reason).toBe(
      'UnauthorizedOperation.CamAuthFailed',
    );
    fixture.iam.decide = () => true;
    expect((await fixture.as('root').describeCommands({ commandIds: [commandId] })).totalCount).toBe(1);
  });

  it.each([
    ['inInvoker', 'ResourceUnavailable.CommandInInvoker'],
    ['inExecuting', 'ResourceUnavailable.CommandInExecuting'],
  ] as const)('keeps a command that is %s', async (kind, reason) => {
    const { commandId } = await fixture.as('root').createCommand({ ...restart, commandName: kind });
    fixture.use[kind] = [commandId];
    expect(await refusalOf(fixture.as('root').deleteCommand({ commandId }))).toMatchObject({
      kind: 'conflict',
      reason,
    });
    fixture.use[kind] = [];
    await fixture.as('root').deleteCommand({ commandId });
  });

  it('keeps a command while nobody says whether it is in use', async () => {
    const { commandId } = await fixture.as('root').createCommand({ ...restart, commandName: 'unknown' });
    fixture.use.away = true;
    expect((await refusalOf(fixture.as('root').deleteCommand({ commandId }))).reason).toBe('ServiceUnavailable');
    // what is not there is in use nowhere
    expect((await refusalOf(fixture.as('root').deleteCommand({ commandId: 'cmd-00000000' }))).reason).toBe(
      'ResourceNotFound.CommandNotFound',
    );
    fixture.use.away = false;
    await fixture.as('root').deleteCommand({ commandId });
  });

  it('answers one of two callers who delete at once, and tells once', async () => {
    const { commandId } = await fixture.as('root').createCommand({ ...restart, commandName: 'once' });
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => fixture.as('root').deleteCommand({ commandId })));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });
});
