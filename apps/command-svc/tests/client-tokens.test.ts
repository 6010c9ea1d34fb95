import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

let serial = 0;
async function created(tags: { key: string; value: string }[] = []): Promise<string> {
  const { commandId } = await fixture.as('root').createCommand({ ...restart, commandName: `t${serial++}`, tags });
  return commandId;
}
/** Everything that a write could have changed of a command. */
const state = async (commandId: string) => {
  const { commandSet } = await fixture.as('root').describeCommands({ commandIds: [commandId] });
  return commandSet.map(({ $typeName: _, ...command }) => command);
};

type Write = (call: { clientToken: string; commandId: string; other?: boolean }) => Promise<unknown>;

const WRITES: [string, Write][] = [
  [
    'CreateCommand',
    ({ clientToken, commandId, other }) =>
      fixture
        .as('root')
        .createCommand({ ...restart, commandName: `of-${commandId}`, timeout: other ? 2 : 1, clientToken }),
  ],
  [
    'ModifyCommand',
    ({ clientToken, commandId, other }) =>
      fixture.as('root').modifyCommand({ commandId, timeout: other ? 2 : 1, clientToken }),
  ],
  [
    'RestoreCommandVersion',
    ({ clientToken, commandId, other }) =>
      fixture.as('root').restoreCommandVersion({ commandId, version: other ? 2 : 1, clientToken }),
  ],
  [
    'TagCommands',
    ({ clientToken, commandId, other }) =>
      fixture
        .as('root')
        .tagCommands({ commandIds: [commandId], tags: [{ key: other ? 'b' : 'a', value: 'v' }], clientToken }),
  ],
  [
    'UntagCommands',
    ({ clientToken, commandId, other }) =>
      fixture.as('root').untagCommands({ commandIds: [commandId], tagKeys: [other ? 'b' : 'k'], clientToken }),
  ],
  [
    'DeleteCommand',
    ({ clientToken, commandId, other }) =>
      fixture.as('root').deleteCommand({ commandId: other ? 'cmd-00000000' : commandId, clientToken }),
  ],
  [
    'DeleteCommands',
    ({ clientToken, commandId, other }) =>
      fixture.as('root').deleteCommands({ commandIds: [other ? 'cmd-00000000' : commandId], clientToken }),
  ],
];

describe.each(WRITES)('%s with a client token', (name, write) => {
  it('is done once and answered alike, whatever happened since', async () => {
    const commandId = await created([{ key: 'k', value: 'v' }]);
    await fixture.as('root').modifyCommand({ commandId, timeout: 77 });
    const call = { clientToken: `once-${name}`, commandId };
    const first = await write(call);
    if (!name.startsWith('Delete')) {
      await fixture.as('root').modifyCommand({ commandId, timeout: 99 });
      await fixture.as('root').tagCommands({ commandIds: [commandId], tags: [{ key: 'k', value: 'again' }] });
    }
    const before = await state(commandId);
    const told = fixture.published.length;
    expect(await write(call)).toEqual(first);
    expect(await state(commandId)).toEqual(before);
    // a new event would be on its way before that of the next write
    await created();
    await eventually('the next event', () => fixture.published.length > told);
    expect(fixture.published.slice(told).map(({ subject }) => subject)).toEqual(['evt.command.command.created']);
  });

  it('refuses a different request with the same token', async () => {
    const commandId = await created();
    await fixture.as('root').modifyCommand({ commandId, timeout: 77 });
    const clientToken = `twice-${name}`;
    await write({ clientToken, commandId });
    expect(await refusalOf(write({ clientToken, commandId, other: true }))).toMatchObject({
      kind: 'conflict',
      reason: 'InvalidParameterValue',
      details: { field: 'ClientToken' },
    });
  });

  it('takes tokens of 64 characters and no longer ones', async () => {
    const commandId = await created();
    expect(await refusalOf(write({ clientToken: 'x'.repeat(65), commandId }))).toMatchObject({
      reason: 'InvalidParameterValue.TooLong',
      details: { field: 'ClientToken' },
    });
    await write({ clientToken: 'x'.repeat(64), commandId });
  });

  it('is decided again each time', async () => {
    const commandId = await created();
    const call = { clientToken: `decided-${name}`, commandId };
    await write(call);
    fixture.iam.decide = () => false;
    expect((await refusalOf(write(call))).kind).toBe('denied');
    fixture.iam.decide = () => true;
  });
});

it('does not answer one caller with what another was answered', async () => {
  const request = { ...restart, clientToken: 'shared' };
  const { commandId } = await fixture.as('root').createCommand({ ...request, commandName: 'of-root' });
  const other = await fixture.as('user').createCommand({ ...request, commandName: 'of-user' });
  expect(other.commandId).not.toBe(commandId);
});

it('does the work anew after a refusal', async () => {
  const commandId = await created();
  fixture.use.inExecuting = [commandId];
  const call = { commandId, clientToken: 'patient' };
  expect((await refusalOf(fixture.as('root').deleteCommand(call))).reason).toBe(
    'ResourceUnavailable.CommandInExecuting',
  );
  fixture.use.inExecuting = [];
  await fixture.as('root').deleteCommand(call);
  expect(await state(commandId)).toEqual([]);
});

it('makes one command of many calls at once', async () => {
  const call = () => fixture.as('root').createCommand({ ...restart, commandName: 'at-once', clientToken: 'at-once' });
  const answers = await Promise.all([call(), call(), call(), call()]);
  expect(new Set(answers.map(({ commandId }) => commandId)).size).toBe(1);
});
