import type { MessageInitShape } from '@bufbuild/protobuf';
import { CommandType, type DescribeCommandsRequestSchema } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { decideByPolicies } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, startFixture } from '../../tests/fixture.ts';

type Request = MessageInitShape<typeof DescribeCommandsRequestSchema>;

let fixture: Fixture;
/** Ids by name, oldest first. */
const ids: Record<string, string> = {};

const library = [
  { commandName: 'alpha', commandType: CommandType.SHELL, tags: [] },
  { commandName: 'beta', commandType: CommandType.PYTHON, tags: [{ key: 'env', value: 'prod' }] },
  {
    commandName: 'gamma',
    commandType: CommandType.POWERSHELL,
    tags: [
      { key: 'env', value: 'test' },
      { key: 'team', value: 'prod' },
    ],
  },
  { commandName: 'delta', commandType: CommandType.BAT, tags: [{ key: 'team', value: 'ops' }] },
];

beforeAll(async () => {
  fixture = await startFixture();
  for (const each of library) {
    fixture.clock.ms += 1;
    ids[each.commandName] = (await fixture.as('root').createCommand({ ...restart, ...each })).commandId;
  }
  await fixture.as('root@100000000002').createCommand({ ...restart, commandName: 'foreign' });
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(() => {
  fixture.iam.decide = () => true;
  fixture.iam.planOf = () => EVERYTHING;
});

const list = (request: Request) => fixture.as('user').describeCommands(request);
const names = async (request: Request) => (await list(request)).commandSet.map((each) => each.commandName);
const filter = (name: string, ...values: string[]) => ({ name, values });

describe('DescribeCommands', () => {
  it("lists the account's commands, newest first", async () => {
    expect(await names({})).toEqual(['delta', 'gamma', 'beta', 'alpha']);
  });

  it('breaks ties of time by id', async () => {
    await using crowded = await startFixture();
    const root = crowded.as('root');
    const made: string[] = [];
    for (let i = 0; i < 20; i++) {
      made.push((await root.createCommand({ ...restart, commandName: `same${i}` })).commandId);
    }
    const { commandSet } = await root.describeCommands({});
    expect(commandSet.map((each) => each.commandId)).toEqual(made.sort((one, other) => (one < other ? 1 : -1)));
  });

  it.each<[ReturnType<typeof filter>[], string[]]>([
    [[filter('command-name', 'beta')], ['beta']],
    [[filter('command-name', 'beta', 'alpha', 'none')], ['beta', 'alpha']],
    [[filter('command-name', 'BETA')], []],
    [[filter('command-name', 'bet%')], []],
    [[filter('command-type', 'PYTHON', 'BAT')], ['delta', 'beta']],
    [[filter('created-by', 'USER')], ['delta', 'gamma', 'beta', 'alpha']],
    [[filter('created-by', 'TAT')], []],
    [[filter('created-by', 'TAT', 'USER')], ['delta', 'gamma', 'beta', 'alpha']],
    [[filter('tag-key', 'env')], ['gamma', 'beta']],
    [[filter('tag-value', 'prod')], ['gamma', 'beta']],
    [[filter('tag:env', 'prod')], ['beta']],
    [[filter('tag:env', 'prod', 'test')], ['gamma', 'beta']],
    [[filter('tag:team', 'prod'), filter('tag:env', 'test')], ['gamma']],
    [[filter('tag-key', 'env'), filter('command-type', 'POWERSHELL')], ['gamma']],
    [[filter('scene-id', 'sc-00000000')], []],
    [[filter('tag:none', 'prod')], []],
    [[filter('command-name', 'beta', 'a', 'b', 'c', 'd')], ['beta']],
    [Array.from({ length: 10 }, () => filter('command-name', 'beta')), ['beta']],
    [[filter('command-name', 'alpha'), filter('command-name', 'beta')], []],
  ])('finds with %j', async (filters, found) => {
    expect(await names({ filters })).toEqual(found);
  });

  it('finds by the filter command-id', async () => {
    expect(await names({ filters: [filter('command-id', ids.alpha!, ids.delta!)] })).toEqual(['delta', 'alpha']);
  });

  it('finds by ids, leaving out those that do not exist for the account', async () => {
    expect(await names({ commandIds: [ids.alpha!, ids.gamma!, 'cmd-00000000', ids.alpha!] })).toEqual([
      'gamma',
      'alpha',
    ]);
  });

  it('filters and shows the latest version only', async () => {
    await fixture.as('root').modifyCommand({ commandId: ids.alpha!, commandName: 'aleph' });
    expect(await names({ filters: [filter('command-name', 'alpha')] })).toEqual([]);
    expect(await names({ filters: [filter('command-name', 'aleph')] })).toEqual(['aleph']);
    await fixture.as('root').modifyCommand({ commandId: ids.alpha!, commandName: 'alpha' });
    expect((await list({ commandIds: [ids.alpha!] })).commandSet).toMatchObject([{ version: 3 }]);
  });

  it.each<[Request, string[]]>([
    [{ limit: 1 }, ['delta']],
    [{ limit: 2, offset: 1 }, ['gamma', 'beta']],
    [{ limit: 100, offset: 3 }, ['alpha']],
    [{ offset: 4 }, []],
  ])('gives the page %j and counts them all', async (request, found) => {
    const answer = await list(request);
    expect(answer.commandSet.map((each) => each.commandName)).toEqual(found);
    expect(answer.totalCount).toBe(4);
  });

  it('gives 20 when nobody says how many, and up to 100', async () => {
    await using many = await startFixture();
    for (let i = 0; i < 101; i++) await many.as('root').createCommand({ ...restart, commandName: `n${i}` });
    expect((await many.as('root').describeCommands({})).commandSet).toHaveLength(20);
    const answer = await many.as('root').describeCommands({ limit: 100 });
    expect(answer.commandSet).toHaveLength(100);
    expect(answer.totalCount).toBe(101);
  });

  it('leaves out what the caller may not see, and does not count it', async () => {
    decideByPolicies(
      fixture.iam,
      { effect: 'allow', action: 'tat:*' },
      { effect: 'deny', action: 'tat:DescribeCommands', resource: `qcs::tat:::command/${ids.gamma}` },
    );
    const answer = await list({ limit: 2 });
    expect(answer.commandSet.map((each) => each.commandName)).toEqual(['delta', 'beta']);
    expect(answer.totalCount).toBe(3);
    expect(await names({ limit: 2, offset: 2 })).toEqual(['alpha']);
    expect(await names({ filters: [filter('command-name', 'gamma')] })).toEqual([]);
  });

  it('asks for one plan, whatever there is', async () => {
    fixture.iam.questions.length = fixture.iam.planned.length = 0;
    await list({});
    expect(fixture.iam.planned).toMatchObject([
      { action: 'tat:DescribeCommands', kinds: ['qcs::tat:ap-guangzhou::command/*'] },
    ]);
    expect(fixture.iam.questions).toEqual([]);
  });

  it('shows what a policy on tags allows, in the list and by id', async () => {
    decideByPolicies(fixture.iam, {
      effect: 'allow',
      action: 'tat:DescribeCommands',
      condition: { 'for_any_value:string_equal': { 'qcs:resource_tag': ['env&prod', 'env&test'] } },
    });
    expect(await names({})).toEqual(['gamma', 'beta']);
    expect(await names({ commandIds: [ids.gamma!, ids.beta!] })).toEqual(['gamma', 'beta']);
    for (const id of [ids.alpha!, 'cmd-00000000']) {
      expect((await refusalOf(list({ commandIds: [ids.beta!, id] }))).details.resource).toMatch(new RegExp(`${id}$`));
    }
  });

  it('shows callers what they made themselves', async () => {
    await using shared = await startFixture();
    await shared.as('root').createCommand({ ...restart, commandName: 'of-root' });
    await shared.as('user').createCommand({ ...restart, commandName: 'of-user' });
    decideByPolicies(shared.iam, {
      effect: 'allow',
      action: 'tat:DescribeCommands',
      condition: { string_equal: { 'qcs:create_uin': `\${uin}` } },
    });
    const { commandSet, totalCount } = await shared.as('user').describeCommands({});
    expect([commandSet.map((each) => each.commandName), totalCount]).toEqual([['of-user'], 1]);
    expect((await shared.as('root').describeCommands({})).totalCount).toBe(2);
  });

  it('shows nothing to who may see nothing', async () => {
    decideByPolicies(fixture.iam, { effect: 'allow', action: 'tat:CreateCommand' });
    expect(await list({})).toMatchObject({ totalCount: 0, commandSet: [] });
  });

  it('refuses ids of which the caller may not see one', async () => {
    fixture.iam.decide = (_, resource) => !resource.endsWith(ids.gamma!);
    expect(await refusalOf(list({ commandIds: [ids.alpha!, ids.gamma!] }))).toMatchObject({
      reason: 'UnauthorizedOperation.CamAuthFailed',
      details: {
        action: 'tat:DescribeCommands',
        resource: `qcs::tat:ap-guangzhou::command/${ids.gamma}`,
      },
    });
  });

  it.each<[Request, string]>([
    [{ commandIds: ['cmd-00000000'], filters: [filter('command-name', 'a')] }, 'InvalidParameter.ConflictParameter'],
    [{ commandIds: ['nonsense'] }, 'InvalidParameterValue.InvalidCommandId'],
    [{ commandIds: [''] }, 'InvalidParameterValue.InvalidCommandId'],
    [{ commandIds: Array.from({ length: 101 }, () => 'cmd-00000000') }, 'InvalidParameterValue.LimitExceeded'],
    [{ filters: [filter('name', 'a')] }, 'InvalidParameterValue.InvalidFilter'],
    [{ filters: [filter('command-name')] }, 'InvalidParameterValue.InvalidFilter'],
    [{ filters: [filter('command-type', 'PERL')] }, 'InvalidParameterValue.InvalidFilter'],
    [{ filters: [filter('command-id', 'nonsense')] }, 'InvalidParameterValue.InvalidCommandId'],
    [{ filters: [filter('scene-id', 'nonsense')] }, 'InvalidParameterValue.InvalidFilter'],
    [{ filters: [filter('tag:', 'a')] }, 'InvalidParameterValue.InvalidFilter'],
    [{ filters: [filter('created-by', 'ME')] }, 'InvalidParameterValue.InvalidFilter'],
    [{ filters: [filter('command-name', ...'abcdef')] }, 'LimitExceeded.FilterValueExceeded'],
    [{ filters: Array.from({ length: 11 }, () => filter('tag-key', 'a')) }, 'InvalidParameterValue.LimitExceeded'],
    [{ limit: 0 }, 'InvalidParameterValue'],
    [{ limit: 101 }, 'InvalidParameterValue'],
  ])('refuses %.60j with %s', async (request, reason) => {
    expect((await refusalOf(list(request))).reason).toBe(reason);
  });

  it('answers an account without commands', async () => {
    expect(await fixture.as('root@100000000003').describeCommands({})).toMatchObject({ totalCount: 0, commandSet: [] });
  });
});
