import type { Command, Scene } from 'tencentcloud-sdk-nodejs/tencentcloud/services/tat/v20201028/tat_models.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '../sdk.ts';
import { type Tat, WAYS } from '../ways.ts';
import { DONE, type Every, TIME, whole } from './answers.ts';
import { filter, filters } from './refusals.ts';
import { base64, type World } from './world.ts';

/** As long as fields may be, with what needs escaping on the way. */
const LARGEST = {
  CommandName: '名'.repeat(20),
  Content: base64('#!/bin/sh\necho "{{a}} & {{b}}" \'%2B+/=\' 你好\n'),
  Description: "述 & it's 100% = +?#".padEnd(120, '述'),
  CommandType: 'SHELL',
  WorkingDirectory: '/srv/ap p/目录',
  Timeout: 86_400,
  EnableParameter: true,
  DefaultParameterConfs: Array.from({ length: 20 }, (_, index) => ({
    ParameterName: `${index}`.padEnd(64, 'k'),
    ParameterValue: `值 ${index} &=+`,
    ParameterDescription: 'which one',
  })),
  Tags: Array.from({ length: 10 }, (_, index) => ({ Key: `键${index}`, Value: 'a b&c' })),
  Username: 'deploy',
  OutputCOSBucketUrl: 'https://logs-1250000000.cos.ap-guangzhou.myqcloud.com',
  OutputCOSKeyPrefix: `日志/${'x'.repeat(57)}`,
};
/** What Muster adds to a command. */
const ADDED = { Version: 1, UpdatedUin: expect.any(Number), CreatedUin: expect.any(Number) };
/** What a command has that says nothing but its name and its script. */
const SMALLEST = {
  ...{ Description: '', CommandType: 'SHELL', WorkingDirectory: '/root', Timeout: 60, Username: 'root' },
  ...{ EnableParameter: false, DefaultParameters: '', DefaultParameterConfs: [], Tags: [], CreatedBy: 'USER' },
  ...{ OutputCOSBucketUrl: '', OutputCOSKeyPrefix: '', Scenes: [], FormattedDescription: '' },
  ...{ CreatedTime: TIME, UpdatedTime: TIME, ...ADDED },
};

const tags = (...given: [key: string, value: string][]) => given.map(([Key, Value]) => ({ Key, Value }));

/** The one command of this id, or whatever else there is. */
async function shown(tat: Tat, id: string) {
  const { CommandSet, ...rest } = await tat.DescribeCommands({ CommandIds: [id] });
  expect(rest).toEqual(whole({ TotalCount: 1 }));
  return CommandSet![0];
}

/** What the actions on commands answer. */
export function commandStories(world: () => World): void {
  describe('a command', () => {
    it.each(WAYS)('arrives whole by $signMethod and $reqMethod', async (way) => {
      const tat = world().by(way);
      const { CommandId, ...created } = await tat.CreateCommand(LARGEST);
      expect({ CommandId, created }).toEqual({ CommandId: expect.stringMatching(/^cmd-[a-z0-9]{8}$/), created: DONE });
      const defaults = LARGEST.DefaultParameterConfs.map(({ ParameterName: key, ParameterValue: value }) => [
        key,
        value,
      ]);
      expect(await shown(tat, CommandId!)).toEqual({
        ...{ ...SMALLEST, ...LARGEST, CommandId },
        DefaultParameters: `{${defaults.map((each) => each.map((text) => JSON.stringify(text)).join(':')).join(',')}}`,
      } satisfies Every<Command>);
      expect(await tat.DeleteCommand({ CommandId: CommandId! })).toEqual(DONE);
    });

    it('begins with the defaults of its type, and may be the one second or all that a request can carry', async () => {
      const { tat, posting } = world();
      const Content = Buffer.alloc(49_152, '#').toString('base64');
      expect(Content).toHaveLength(65_536);
      const small = { CommandName: 'small', Content: base64('true') };
      const windows = { WorkingDirectory: 'C:\\Program Files\\qcloud\\tat_agent\\workdir', Username: 'System' };
      const rows: [Parameters<Tat['CreateCommand']>[0], object][] = [
        [small, {}],
        [{ CommandName: 'quick', Content: 'IA==', Timeout: 1 }, { Timeout: 1 }],
        [{ CommandName: 'ps', Content: base64('Get-Date'), CommandType: 'POWERSHELL' }, windows],
        [{ CommandName: 'bat', Content: base64('dir'), CommandType: 'BAT' }, windows],
        [{ CommandName: 'big', Content }, {}],
      ];
      const CommandIds: string[] = [];
      for (const [request, defaults] of rows) {
        const { CommandId } = await posting.CreateCommand(request);
        expect(await shown(tat, CommandId!)).toEqual({ ...SMALLEST, ...defaults, ...request, CommandId });
        CommandIds.push(CommandId!);
      }
      const larger = { CommandName: 'larger', Content: Buffer.alloc(49_153, '#').toString('base64') };
      expect(await codeOf(posting.CreateCommand(larger))).toBe('InvalidParameterValue.CommandContentInvalid');
      expect(await tat.DeleteCommands({ CommandIds })).toEqual(DONE);
      expect(await tat.DescribeCommands({ CommandIds })).toEqual(whole({ TotalCount: 0, CommandSet: [] }));
    });

    it('changes in what ModifyCommand gives, and keeps the rest', async () => {
      const { tat } = world();
      const { CommandId } = await tat.CreateCommand({
        ...{ CommandName: 'before', Content: base64('echo {{a}}'), EnableParameter: true, Description: 'first' },
        DefaultParameters: '{"a":"1","b":"2"}',
      });
      const id = CommandId!;
      const before = await shown(tat, id);
      expect(before).toMatchObject({ DefaultParameters: '{"a":"1","b":"2"}', DefaultParameterConfs: [] });
      expect(await tat.ModifyCommand({ CommandId: id, DefaultParameters: '{"a":"3"}' })).toEqual(DONE);
      expect(await shown(tat, id)).toEqual({
        ...before,
        DefaultParameters: '{"a":"3"}',
        UpdatedTime: TIME,
        Version: 2,
      });
      const confs = [{ ParameterName: 'c', ParameterValue: 'C', ParameterDescription: '' }];
      const { Tags: _tags, EnableParameter: _fixed, ...changeable } = LARGEST;
      const change = { ...changeable, CommandType: 'POWERSHELL', DefaultParameterConfs: confs };
      expect(await tat.ModifyCommand({ CommandId: id, ...change })).toEqual(DONE);
      const after = { ...before, ...change, DefaultParameters: '{"c":"C"}', UpdatedTime: TIME, Version: 3 };
      expect(await shown(tat, id)).toEqual(after);
      expect(await tat.ModifyCommand({ CommandId: id, Description: '', Username: undefined })).toEqual(DONE);
      expect(await shown(tat, id)).toEqual({ ...after, Description: '', Version: 4 });
      expect(await tat.DeleteCommand({ CommandId: id })).toEqual(DONE);
    });

    it('can be deleted once nothing uses it any more', async () => {
      const { tat, there } = world();
      expect(await tat.DeleteInvoker({ InvokerId: there.invokerId })).toEqual(DONE);
      expect(await tat.DeleteCommand({ CommandId: there.bound })).toEqual(DONE);
      expect(await tat.CancelInvocation({ InvocationId: there.invocationId })).toEqual(DONE);
      const deleting = () => tat.DeleteCommand({ CommandId: there.executing }).catch(({ code }) => ({ code }));
      await expect.poll(deleting).toEqual(DONE);
    });
  });

  describe('commands', () => {
    const made: Record<string, string> = {};
    const MADE = {
      'list-1': { Tags: tags(['env', 'prod'], ['team', 'ops']) },
      'list-2': { Tags: tags(['env', 'test']), CommandType: 'POWERSHELL' },
      'list-3': { Tags: tags(['team', 'prod']), CommandType: 'BAT' },
    };
    beforeAll(async () => {
      for (const [CommandName, more] of Object.entries(MADE)) {
        const { CommandId } = await world().tat.CreateCommand({ CommandName, Content: base64('true'), ...more });
        made[CommandName] = CommandId!;
      }
    });
    afterAll(() => world().tat.DeleteCommands({ CommandIds: Object.values(made) }));

    it.each<[what: string, request: () => object, found: string[]]>([
      ['command-id', () => filter('command-id', made['list-2']!), ['list-2']],
      ['command-name', () => filter('command-name', 'list-1', 'list-3', 'list'), ['list-3', 'list-1']],
      [
        'type and maker',
        () => filters(['command-type', 'BAT', 'POWERSHELL'], ['created-by', 'USER']),
        ['list-3', 'list-2'],
      ],
      ['tag-key', () => filter('tag-key', 'env'), ['list-2', 'list-1']],
      ['tag-value', () => filter('tag-value', 'prod'), ['list-3', 'list-1']],
      ['tag:<key>', () => filter('tag:env', 'prod', 'test'), ['list-2', 'list-1']],
      [
        'several filters',
        () => filters(['tag:env', 'prod'], ['tag-value', 'ops'], ['command-type', 'SHELL']),
        ['list-1'],
      ],
      ['10 filters of 5 values', () => filters(...Array(10).fill(['command-name', ...'abcd', 'list-1'])), ['list-1']],
      ['what none of them is', () => filter('tag:env', 'ops'), []],
    ])('are found by %s, newest first', async (_, request, found) => {
      const { TotalCount, CommandSet } = await world().tat.DescribeCommands(request());
      const names = CommandSet!.map(({ CommandName }) => CommandName);
      expect({ TotalCount, names }).toEqual({ TotalCount: found.length, names: found });
    });

    it('come in pages of 20, or of 1 to 100, with the count of all', async () => {
      const { tat } = world();
      const all = await tat.DescribeCommands({ Limit: 100 });
      const { TotalCount } = all;
      expect(all.CommandSet).toHaveLength(TotalCount!);
      expect(TotalCount).toBeGreaterThan(20);
      const page = async (request: object) => {
        const { CommandSet, ...rest } = await tat.DescribeCommands(request);
        expect(rest).toEqual(whole({ TotalCount }));
        return CommandSet;
      };
      expect(await page({})).toEqual(all.CommandSet!.slice(0, 20));
      expect(await page({ Limit: 1, Offset: 1 })).toEqual(all.CommandSet!.slice(1, 2));
      expect(await page({ Offset: TotalCount! - 1 })).toEqual(all.CommandSet!.slice(-1));
      expect(await page({ Offset: TotalCount })).toEqual([]);
      const CommandIds = [made['list-1']!, ...Array.from({ length: 99 }, (_, index) => `cmd-unknown0${index}`)];
      const { CommandSet } = await tat.DescribeCommands({ CommandIds });
      expect(CommandSet!.map(({ CommandId }) => CommandId)).toEqual([made['list-1']]);
    });

    it('of the public library are everybody’s, and nobody’s to change', async () => {
      const { tat, nobody } = world();
      const [scene] = (await tat.DescribeScenes({ Limit: 1 })).SceneSet!;
      const publicOnes = filters(['scene-id', scene!.SceneId!], ['created-by', 'TAT']);
      const { CommandSet } = await tat.DescribeCommands(publicOnes);
      const [command] = CommandSet!;
      expect(command).toMatchObject({ CreatedBy: 'TAT', Scenes: [scene!.SceneId], Tags: [] });
      const formatted = JSON.parse(command!.FormattedDescription!);
      expect(formatted).toMatchObject({ cmd_description: { en: expect.any(String), 'zh-cn': expect.any(String) } });
      const CommandId = command!.CommandId!;
      const notFound = 'ResourceNotFound.CommandNotFound';
      expect(await codeOf(tat.ModifyCommand({ CommandId, Description: 'mine' }))).toBe(notFound);
      expect(await codeOf(tat.DeleteCommand({ CommandId }))).toBe(notFound);
      // a list leaves out what its caller may not see
      expect(await nobody.DescribeCommands({})).toEqual(whole({ TotalCount: 0, CommandSet: [] }));
    });
  });

  describe('PreviewReplacedCommandContent', () => {
    it.each<[what: string, request: (world: World) => object, content: string]>([
      [
        'TAT’s own sample',
        () => ({ Content: 'bHMge3thfX0KZWNobyB7e2J9fSB7e2N9fQ==', Parameters: '{"a": "123"}' }),
        'ls 123\necho {{b}} {{c}}',
      ],
      ['a command with its defaults', ({ there }) => ({ CommandId: there.withParameters }), 'echo A {{b}}'],
      [
        'parameters over defaults',
        ({ there }) => ({ CommandId: there.withParameters, Parameters: '{"a":"{{b}}","b":"乙 & 丙"}' }),
        'echo {{b}} 乙 & 丙',
      ],
      ['a command without parameters', ({ there }) => ({ CommandId: there.plain }), 'true'],
      [
        'a hidden value',
        () => ({ Content: base64('login {{tat-hidden:key}}'), Parameters: '{"key":"secret"}' }),
        'login ******',
      ],
    ])('shows %s', async (_, request, content) => {
      const answer = await world().tat.PreviewReplacedCommandContent(request(world()));
      expect(answer).toEqual(whole({ ReplacedContent: base64(content) }));
    });
  });

  it('scenes are found by id, name and maker, and come in pages', async () => {
    const { tat } = world();
    const all = await tat.DescribeScenes({ Limit: 100 });
    expect(all).toEqual(whole({ TotalCount: all.SceneSet!.length, SceneSet: expect.any(Array) }));
    const [first, second] = all.SceneSet!;
    expect(first).toEqual({
      ...{ SceneId: expect.stringMatching(/^sc-[a-z0-9]{8}$/), SceneName: expect.any(String), CreatedBy: 'TAT' },
      ...{ CreatedTime: TIME, UpdatedTime: TIME, SceneNameZh: expect.any(String) },
    } satisfies Every<Scene>);
    const { SceneId, SceneName } = first!;
    for (const request of [{ SceneIds: [SceneId!] }, filter('scene-id', SceneId!), filter('scene-name', SceneName!)]) {
      expect(await tat.DescribeScenes(request)).toEqual(whole({ TotalCount: 1, SceneSet: [first] }));
    }
    const { TotalCount } = all;
    expect(await tat.DescribeScenes(filter('created-by', 'TAT'))).toMatchObject({ TotalCount });
    expect(await tat.DescribeScenes({ Limit: 1, Offset: 1 })).toEqual(whole({ TotalCount, SceneSet: [second] }));
  });
}
