import type { MessageInitShape } from '@bufbuild/protobuf';
import { CommandType, type DescribeCommandsRequestSchema } from '@muster/contract';
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
    [[filter('tag:none', 'prod')], []],
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
    fixture.iam.questions.length = 0;
    fixture.iam.decide = (_, resource) => !resource.endsWith(ids.gamma!);
    const answer = await list({ limit: 2 });
    expect(answer.commandSet.map((each) => each.commandName)).toEqual(['delta', 'beta']);
    expect(answer.totalCount).toBe(3);
    expect(fixture.iam.questions).toMatchObject([{ action: 'tat:DescribeCommands' }]);
    expect(fixture.iam.questions[0]?.resources).toContainEqual(
      expect.objectContaining({
        resource: `qcs::tat:ap-guangzhou::command/${ids.beta}`,
        tags: [{ key: 'env', value: 'prod' }],
      }),
    );
    expect(await names({ filters: [filter('command-name', 'gamma')] })).toEqual([]);
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

  it('hears policies on tags when ids are given', async () => {
    fixture.iam.decide = (_action, _resource, question) => !question.resources.some((each) => each.tags?.length);
    expect(await names({ commandIds: [ids.alpha!] })).toEqual(['alpha']);
    expect((await refusalOf(list({ commandIds: [ids.alpha!, ids.beta!] }))).kind).toBe('denied');
  });

  it.each<[Request, string]>([
    [{ commandIds: ['cmd-00000000'], filters: [filter('command-name', 'a')] }, 'InvalidParameter.ConflictParameter'],
    [{ commandIds: ['nonsense'] }, 'InvalidParameterValue.InvalidCommandId'],
    [{ commandIds: [''] }, 'InvalidParameterValue.InvalidCommandId'],
    [{ commandIds: Array.from({ length: 101 }, () => 'cmd-00000000') }, 'InvalidParameterValue.LimitExceeded'],
    [{ filters: [filter('name', 'a')] }, 'InvalidParameterValue.InvalidFilter'],
    [{ filters: [filter('command-name')] }, 'InvalidParameterValue.InvalidFilter'],
    [{ filters: [filter('command-type', 'PERL')] }, 'InvalidParameterValue.InvalidFilter'],
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
