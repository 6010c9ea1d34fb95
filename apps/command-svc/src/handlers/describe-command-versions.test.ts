import { USER_UIN } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, script, startFixture, textOf } from '../../tests/fixture.ts';

let fixture: Fixture;
let commandId: string;
beforeAll(async () => {
  fixture = await startFixture();
  ({ commandId } = await fixture.as('root').createCommand({ ...restart, content: script('v1') }));
  for (const version of ['v2', 'v3', 'v4']) {
    fixture.clock.ms += 1_000;
    await fixture.as('user').modifyCommand({ commandId, content: script(version) });
  }
});
afterAll(() => fixture[Symbol.asyncDispose]());

const versions = (page: { limit?: number; offset?: number }) =>
  fixture.as('root').describeCommandVersions({ commandId, ...page });

describe('DescribeCommandVersions', () => {
  it('lists every version as it was saved, newest first', async () => {
    const { totalCount, commandSet } = await versions({});
    expect(totalCount).toBe(4);
    expect(commandSet.map((each) => [each.version, textOf(each.content), each.updatedUin])).toEqual([
      [4, 'v4', USER_UIN],
      [3, 'v3', USER_UIN],
      [2, 'v2', USER_UIN],
      [1, 'v1', '100000000001'],
    ]);
    expect(new Set(commandSet.map((each) => each.createdTime?.seconds)).size).toBe(1);
    expect(new Set(commandSet.map((each) => each.updatedTime?.seconds)).size).toBe(4);
  });

  it('gives pages', async () => {
    const { totalCount, commandSet } = await versions({ limit: 2, offset: 1 });
    expect(commandSet.map((each) => each.version)).toEqual([3, 2]);
    expect(totalCount).toBe(4);
    expect((await versions({ offset: 4 })).commandSet).toEqual([]);
  });

  it('refuses bad pages and ids', async () => {
    expect((await refusalOf(versions({ limit: 101 }))).reason).toBe('InvalidParameterValue');
    const of = (id: string, as = 'root') => refusalOf(fixture.as(as).describeCommandVersions({ commandId: id }));
    expect((await of('')).reason).toBe('MissingParameter');
    expect((await of('x')).reason).toBe('InvalidParameterValue.InvalidCommandId');
    expect((await of('cmd-00000000')).reason).toBe('ResourceNotFound.CommandNotFound');
    expect((await of(commandId, 'root@100000000002')).reason).toBe('ResourceNotFound.CommandNotFound');
  });

  it('is decided as DescribeCommands on the command', async () => {
    fixture.iam.decide = (action, resource) =>
      !(action === 'tat:DescribeCommands' && resource === `qcs::tat:ap-guangzhou::command/${commandId}`);
    expect((await refusalOf(versions({}))).kind).toBe('denied');
    fixture.iam.decide = () => true;
  });
});
