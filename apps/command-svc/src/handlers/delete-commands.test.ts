import { fromBinary } from '@bufbuild/protobuf';
import { EventSchema } from '@muster/contract';
import { ACCOUNT_UIN, eventually } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(() => {
  fixture.iam.decide = () => true;
  Object.assign(fixture.use, { inInvoker: [], inExecuting: [], away: false });
});

let serial = 0;
async function created(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    ids.push((await fixture.as('root').createCommand({ ...restart, commandName: `d${serial++}` })).commandId);
  }
  return ids;
}
const remove = (commandIds: string[]) => fixture.as('user').deleteCommands({ commandIds });
const left = async (commandIds: string[]) => (await fixture.as('root').describeCommands({ commandIds })).totalCount;

describe('DeleteCommands', () => {
  it('deletes every one of up to 100 commands, named twice or not', async () => {
    const ids = await created(99);
    await remove([...ids, ids[0]!]);
    expect(await left(ids)).toBe(0);
  });

  it('tells of each', async () => {
    const ids = await created(2);
    await remove(ids);
    const told = () =>
      fixture.published
        .filter(({ subject }) => subject === 'evt.command.command.deleted')
        .map(({ payload }) => fromBinary(EventSchema, payload).body.value)
        .filter((value) => value !== undefined && 'commandId' in value && ids.includes(value.commandId));
    await eventually('both events', () => told().length === 2);
    expect(told()).toMatchObject(ids.map((commandId) => ({ commandId, version: 0 })));
  });

  it('deletes none when one of them is not there, or is not the account’s', async () => {
    const ids = await created(2);
    const foreign = await fixture.as('root@100000000002').createCommand({ ...restart, commandName: `d${serial++}` });
    for (const other of ['cmd-00000000', foreign.commandId]) {
      expect(await refusalOf(remove([ids[0]!, other, ids[1]!]))).toMatchObject({
        reason: 'ResourceNotFound.CommandNotFound',
        message: `no command \`${other}\``,
      });
    }
    expect(await left(ids)).toBe(2);
  });

  it.each([
    ['inInvoker', 'ResourceUnavailable.CommandInInvoker', 'is bound to an invoker'],
    ['inExecuting', 'ResourceUnavailable.CommandInExecuting', 'is being executed'],
  ] as const)('deletes none when one of them is %s', async (kind, reason, message) => {
    const ids = await created(2);
    fixture.use.asked.length = 0;
    fixture.use[kind] = [ids[1]!];
    expect(await refusalOf(remove(ids))).toMatchObject({
      kind: 'conflict',
      reason,
      message: `command \`${ids[1]}\` ${message}`,
    });
    expect(fixture.use.asked).toEqual([{ accountUin: ACCOUNT_UIN, ids }]);
    expect(await left(ids)).toBe(2);
  });

  it('deletes nothing when nobody says whether it is in use', async () => {
    const ids = await created(1);
    fixture.use.away = true;
    expect((await refusalOf(remove(ids))).reason).toBe('ServiceUnavailable');
    expect(await left(ids)).toBe(1);
  });

  it.each([
    [[], 'MissingParameter'],
    [['x'], 'InvalidParameterValue.InvalidCommandId'],
    [[''], 'InvalidParameterValue.InvalidCommandId'],
    [Array.from({ length: 101 }, () => 'cmd-00000000'), 'InvalidParameterValue.LimitExceeded'],
  ])('refuses %.30j with %s', async (ids, reason) => {
    expect((await refusalOf(remove(ids))).reason).toBe(reason);
  });

  it('is decided on every command, and deletes none when one is denied', async () => {
    const ids = await created(2);
    fixture.iam.questions.length = 0;
    fixture.iam.decide = (_, resource) => !resource.endsWith(ids[1]!);
    expect(await refusalOf(remove(ids))).toMatchObject({
      reason: 'UnauthorizedOperation.CamAuthFailed',
      details: { action: 'tat:DeleteCommands', resource: `qcs::tat:ap-guangzhou::command/${ids[1]}` },
    });
    expect(fixture.iam.questions).toHaveLength(1);
    fixture.iam.decide = () => true;
    expect(await left(ids)).toBe(2);
  });
});
