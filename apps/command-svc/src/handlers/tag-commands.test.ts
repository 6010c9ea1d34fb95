import { EVERYTHING } from '@muster/kernel';
import { decideByPolicies } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(() => {
  fixture.iam.decide = () => true;
  fixture.iam.planOf = () => EVERYTHING;
});

const tag = (key: string, value = 'v') => ({ key, value });
const tags = (count: number, prefix = 'k') => Array.from({ length: count }, (_, index) => tag(`${prefix}${index}`));
let made = 0;
async function command(...given: ReturnType<typeof tag>[]): Promise<string> {
  const request = { ...restart, commandName: `command${++made}`, tags: given };
  return (await fixture.as('root').createCommand(request)).commandId;
}
async function shown(commandId: string) {
  const { commandSet } = await fixture.as('root').describeCommands({ commandIds: [commandId] });
  return { tags: commandSet[0]!.tags.map(({ key, value }) => tag(key, value)), version: commandSet[0]!.version };
}

describe('TagCommands', () => {
  it('sets tags on every command, and makes no version of them', async () => {
    const [one, other] = [await command(tag('env', 'test'), tag('team', 'ops')), await command()];
    await fixture
      .as('root')
      .tagCommands({ commandIds: [one, other, one], tags: [tag('cost', '7'), tag('env', 'prod')] });
    expect(await shown(one)).toEqual({ tags: [tag('env', 'prod'), tag('team', 'ops'), tag('cost', '7')], version: 1 });
    expect(await shown(other)).toEqual({ tags: [tag('cost', '7'), tag('env', 'prod')], version: 1 });
    const { commandSet } = await fixture.as('root').describeCommandVersions({ commandId: one });
    expect(commandSet[0]!.tags).toHaveLength(3);
  });

  it('sets 50 on a command and not one more, and none at all when one command has no room', async () => {
    const [full, empty] = [await command(), await command()];
    const set = (commandIds: string[], given: ReturnType<typeof tag>[]) =>
      fixture.as('root').tagCommands({ commandIds, tags: given });
    await set([full], tags(50));
    await set([full], tags(50));
    expect(await refusalOf(set([empty, full], [tag('more')]))).toMatchObject({
      kind: 'exhausted',
      reason: 'FailedOperation.TagResourceFailed',
    });
    expect((await shown(empty)).tags).toEqual([]);
    expect((await shown(full)).tags).toHaveLength(50);
  });

  it.each([
    [[], [tag('a')], 'MissingParameter'],
    [['x'], [tag('a')], 'InvalidParameterValue.InvalidCommandId'],
    [Array.from({ length: 101 }, () => 'cmd-00000000'), [tag('a')], 'InvalidParameterValue.LimitExceeded'],
    [['cmd-00000000'], [tag('a')], 'ResourceNotFound.CommandNotFound'],
    [['cmd-00000000'], [], 'MissingParameter'],
    [['cmd-00000000'], tags(51), 'InvalidParameterValue'],
    [['cmd-00000000'], [tag('qcs:a')], 'InvalidParameterValue'],
    [['cmd-00000000'], [tag('project:a')], 'InvalidParameterValue'],
    [['cmd-00000000'], [tag('k'.repeat(128))], 'InvalidParameterValue.TooLong'],
  ])('refuses %.40j with tags %.40j: %s', async (commandIds, given, reason) => {
    expect((await refusalOf(fixture.as('root').tagCommands({ commandIds, tags: given }))).reason).toBe(reason);
  });

  it("does not know another account's command", async () => {
    const commandId = await command();
    const foreign = fixture.as('root@100000000002').tagCommands({ commandIds: [commandId], tags: [tag('a')] });
    expect((await refusalOf(foreign)).reason).toBe('ResourceNotFound.CommandNotFound');
    expect((await shown(commandId)).tags).toEqual([]);
  });

  it('is decided on the tags that are there and on those to come', async () => {
    const [mine, theirs] = [await command(tag('team', 'ops')), await command(tag('team', 'dev'))];
    decideByPolicies(fixture.iam, {
      effect: 'allow',
      action: 'tat:TagResources',
      condition: {
        'for_any_value:string_equal': { 'qcs:resource_tag': 'team&ops' },
        'for_all_value:string_like': { 'qcs:request_tag': 'env&*' },
      },
    });
    const set = (commandIds: string[], ...given: ReturnType<typeof tag>[]) =>
      fixture.as('user').tagCommands({ commandIds, tags: given });
    await set([mine], tag('env', 'prod'));
    const denied = await refusalOf(set([mine, theirs], tag('env', 'prod')));
    expect(denied.details).toMatchObject({ action: 'tat:TagResources', resource: expect.stringContaining(theirs) });
    expect((await refusalOf(set([mine], tag('env', 'prod'), tag('team', 'dev')))).kind).toBe('denied');
    expect((await shown(mine)).tags).toEqual([tag('team', 'ops'), tag('env', 'prod')]);
  });
});

describe('UntagCommands', () => {
  it('takes tags from every command; one that is not there is no error', async () => {
    const [one, other] = [await command(tag('a'), tag('b'), tag('c')), await command(tag('a'))];
    await fixture.as('root').untagCommands({ commandIds: [one, other], tagKeys: ['a', 'c', 'qcs:x'] });
    expect((await shown(one)).tags).toEqual([tag('b')]);
    expect((await shown(other)).tags).toEqual([]);
  });

  it.each([
    [['cmd-00000000'], ['a'], 'ResourceNotFound.CommandNotFound'],
    [['cmd-00000000'], [], 'MissingParameter'],
    [['cmd-00000000'], Array.from({ length: 51 }, () => 'a'), 'InvalidParameterValue'],
  ])('refuses %j without %.20j: %s', async (commandIds, tagKeys, reason) => {
    expect((await refusalOf(fixture.as('root').untagCommands({ commandIds, tagKeys }))).reason).toBe(reason);
  });

  it('is decided on the tags that are there', async () => {
    const [free, kept] = [await command(tag('a')), await command(tag('a'), tag('locked', 'yes'))];
    decideByPolicies(
      fixture.iam,
      { effect: 'allow', action: 'tat:UntagResources' },
      {
        effect: 'deny',
        action: 'tat:UntagResources',
        condition: { null_equal: { 'qcs:resource_tag/locked': 'false' } },
      },
    );
    await fixture.as('user').untagCommands({ commandIds: [free], tagKeys: ['a'] });
    const denied = fixture.as('user').untagCommands({ commandIds: [kept], tagKeys: ['locked'] });
    expect((await refusalOf(denied)).details).toMatchObject({ action: 'tat:UntagResources' });
    expect((await shown(kept)).tags).toHaveLength(2);
  });
});

describe('a policy on tags', () => {
  it('decides who may change, delete and preview a command, as its tags are now', async () => {
    const commandId = await command(tag('env', 'test'));
    decideByPolicies(
      fixture.iam,
      { effect: 'allow', action: 'tat:*' },
      {
        effect: 'deny',
        action: ['tat:ModifyCommand', 'tat:DeleteCommand', 'tat:PreviewReplacedCommandContent'],
        condition: { 'for_any_value:string_equal': { 'qcs:resource_tag': 'env&prod' } },
      },
    );
    const user = fixture.as('user');
    await user.modifyCommand({ commandId, timeout: 9 });
    await fixture.as('root').tagCommands({ commandIds: [commandId], tags: [tag('env', 'prod')] });
    for (const denied of [
      user.modifyCommand({ commandId, timeout: 10 }),
      user.deleteCommand({ commandId }),
      user.previewReplacedCommandContent({ commandId, parameters: '{"service":"x"}' }),
    ]) {
      expect((await refusalOf(denied)).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    }
    await fixture.as('root').untagCommands({ commandIds: [commandId], tagKeys: ['env'] });
    await user.deleteCommand({ commandId });
  });

  it('decides which tags a new command may carry', async () => {
    decideByPolicies(fixture.iam, {
      effect: 'allow',
      action: 'tat:CreateCommand',
      condition: { 'for_any_value:string_equal': { 'qcs:request_tag': 'team&ops' } },
    });
    const create = (commandName: string, ...given: ReturnType<typeof tag>[]) =>
      fixture.as('user').createCommand({ ...restart, commandName, tags: given });
    await create('with', tag('team', 'ops'), tag('env', 'prod'));
    expect((await refusalOf(create('without'))).kind).toBe('denied');
    expect((await refusalOf(create('other', tag('team', 'dev')))).kind).toBe('denied');
  });
});
