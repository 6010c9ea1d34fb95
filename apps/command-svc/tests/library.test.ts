import { join } from 'node:path';
import { CommandType, CreatedBy } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { ACCOUNT_UIN, decideByPolicies, tempDirectory } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, restart, startFixture, textOf } from './fixture.ts';
import { DISK_AND_WEB, type LibraryFiles, libraryIn } from './library-files.ts';

const DISK_USAGE = 'cmd-diskuse1';
const OTHER = 'root@100000000002';

describe('the public library', () => {
  let fixture: Fixture;
  let own: string;
  beforeAll(async () => {
    fixture = await startFixture({ commandQuota: 1 }, DISK_AND_WEB);
    fixture.clock.ms += 1_000;
    // the name of a public command, and the whole of the quota
    ({ commandId: own } = await fixture.as('root').createCommand({ ...restart, commandName: 'disk-usage' }));
  });
  afterAll(() => fixture[Symbol.asyncDispose]());
  afterEach(() => {
    fixture.iam.decide = () => true;
    fixture.iam.planOf = () => EVERYTHING;
  });

  const ids = async (name?: string, ...values: string[]) => {
    const filters = name === undefined ? [] : [{ name, values }];
    const { commandSet, totalCount } = await fixture.as('user').describeCommands({ filters });
    expect(totalCount).toBe(commandSet.length);
    return commandSet.map(({ commandId }) => commandId);
  };
  const PUBLIC = ['cmd-restart1', 'cmd-inodes01', DISK_USAGE];

  it("is listed with an account's own commands, newest first", async () => {
    expect(await ids()).toEqual([own, ...PUBLIC]);
    expect((await fixture.as(OTHER).describeCommands({})).commandSet.map(({ commandId }) => commandId)).toEqual(PUBLIC);
  });

  it.each([
    ['created-by', ['TAT'], PUBLIC],
    ['created-by', ['TAT', 'USER'], ['own', ...PUBLIC]],
    ['created-by', ['USER'], ['own']],
    ['scene-id', ['sc-disk0001'], ['cmd-inodes01', DISK_USAGE]],
    ['scene-id', ['sc-disk0001', 'sc-web00001'], PUBLIC],
    ['scene-id', ['sc-00000000'], []],
    ['command-name', ['disk-usage'], ['own', DISK_USAGE]],
    ['command-type', ['POWERSHELL'], ['cmd-restart1']],
    ['command-id', [DISK_USAGE], [DISK_USAGE]],
    ['tag:kind', ['report'], [DISK_USAGE]],
  ])('is found by %s %j', async (name, values, found) => {
    expect(await ids(name, ...values)).toEqual(found.map((id) => (id === 'own' ? own : id)));
  });

  it('says everything in TAT’s form', async () => {
    const { commandSet } = await fixture.as('user').describeCommands({ commandIds: [DISK_USAGE] });
    const { content, formattedDescription, ...command } = commandSet[0]!;
    expect(textOf(content)).toBe('du -d {{depth}} {{path}}\r\n');
    expect(command).toMatchObject({
      commandId: DISK_USAGE,
      commandName: 'disk-usage',
      description: 'Shows what is full',
      commandType: CommandType.SHELL,
      workingDirectory: '/root',
      timeout: 30,
      username: 'root',
      enableParameter: true,
      defaultParameters: '{"depth":"2"}',
      defaultParameterConfs: [
        { parameterName: 'depth', parameterValue: '2', parameterDescription: 'How deep to look' },
      ],
      createdBy: CreatedBy.TAT,
      createdUin: '0',
      updatedUin: '0',
      scenes: ['sc-disk0001'],
      tags: [{ key: 'kind', value: 'report' }],
      version: 1,
      outputCosBucketUrl: '',
      outputCosKeyPrefix: '',
    });
    expect(JSON.parse(formattedDescription)).toEqual({
      scenes: [{ id: 'sc-disk0001', en: 'Disk', 'zh-cn': '磁盘' }],
      cmd_description: {
        en: 'Shows what is full',
        'zh-cn': '显示磁盘用量',
        'name-en': 'Disk usage',
        'name-zh-cn': '磁盘用量',
      },
      parameter_description: {
        depth: { en: 'How deep to look', 'zh-cn': '深度' },
        path: { en: 'Where to look', 'zh-cn': '路径' },
      },
      cmdName: 'Disk usage',
      cmdDesc: 'Shows what is full',
    });
  });

  it('may be previewed, resolved and looked through by every account', async () => {
    const { replacedContent } = await fixture.as(OTHER).previewReplacedCommandContent({ commandId: DISK_USAGE });
    expect(textOf(replacedContent)).toBe('du -d 2 {{path}}\r\n');
    expect((await fixture.as(OTHER).describeCommandVersions({ commandId: DISK_USAGE })).totalCount).toBe(1);
    for (const version of [0, 1]) {
      const { command } = await fixture.internal.resolveCommand({ accountUin: '5', commandId: DISK_USAGE, version });
      expect(command).toMatchObject({ createdBy: CreatedBy.TAT, version: 1 });
    }
  });

  it('is changed by nobody', async () => {
    const root = fixture.as('root');
    const commandIds = [own, DISK_USAGE];
    for (const change of [
      () => root.modifyCommand({ commandId: DISK_USAGE, timeout: 5 }),
      () => root.restoreCommandVersion({ commandId: DISK_USAGE, version: 1 }),
      () => root.deleteCommand({ commandId: DISK_USAGE }),
      () => root.deleteCommands({ commandIds }),
      () => root.tagCommands({ commandIds, tags: [{ key: 'a', value: 'b' }] }),
      () => root.untagCommands({ commandIds, tagKeys: ['kind'] }),
    ]) {
      expect(await refusalOf(change())).toMatchObject({
        reason: 'ResourceNotFound.CommandNotFound',
        message: `no command \`${DISK_USAGE}\``,
      });
    }
    expect(await ids('tag-key', 'kind', 'a')).toEqual([DISK_USAGE]);
    expect(fixture.use.asked).toEqual([]);
  });

  it('uses up no quota', async () => {
    expect(await fixture.internal.countCommands({ accountUin: ACCOUNT_UIN })).toMatchObject({ used: 1, total: 1 });
    expect(await fixture.internal.countCommands({ accountUin: '5' })).toMatchObject({ used: 0, total: 1 });
  });

  it('is decided like any command', async () => {
    decideByPolicies(
      fixture.iam,
      { effect: 'allow', action: 'tat:*' },
      { effect: 'deny', action: 'tat:*', resource: 'qcs::tat:::command/cmd-inodes01' },
      {
        effect: 'deny',
        action: 'tat:*',
        condition: { 'for_any_value:string_equal': { 'qcs:resource_tag': 'kind&report' } },
      },
    );
    expect(await ids()).toEqual([own, 'cmd-restart1']);
    for (const commandId of ['cmd-inodes01', DISK_USAGE]) {
      for (const denied of [
        () => fixture.as('user').describeCommands({ commandIds: [commandId] }),
        () => fixture.as('user').previewReplacedCommandContent({ commandId }),
        () => fixture.as('user').modifyCommand({ commandId, timeout: 5 }),
      ]) {
        expect((await refusalOf(denied())).kind).toBe('denied');
      }
    }
  });
});

describe('the public library at the next start', () => {
  const folder = tempDirectory('muster-command-');
  afterAll(() => folder[Symbol.dispose]());

  const settings = { dataDir: folder.path, masterKeyFile: join(folder.path, 'master.key') };
  let started = 0;
  /** What the service lists, and then what `ask` learns, after a start with this library. */
  async function after<T>(files: LibraryFiles, ask: (fixture: Fixture) => Promise<T>): Promise<T> {
    await using fixture = await startFixture(
      { ...settings, libraryDir: libraryIn(folder.path, files) },
      {},
      { startMs: Date.UTC(2026, 0, 1) + 1_000 * started++ },
    );
    return await ask(fixture);
  }
  const shown = async (fixture: Fixture) =>
    (await fixture.as('root').describeCommands({})).commandSet.map((each) => `${each.commandName} ${each.version}`);
  const without = (...names: string[]): LibraryFiles =>
    Object.fromEntries(Object.entries(DISK_AND_WEB).filter(([name]) => !names.some((each) => name.startsWith(each))));
  const resolve = (fixture: Fixture, version: number) =>
    fixture.internal.resolveCommand({ accountUin: ACCOUNT_UIN, commandId: 'cmd-inodes01', version });

  it('is what the folder says, and what it said before stays what it was', async () => {
    const all = ['restart 1', 'inodes 1', 'disk-usage 1'];
    expect(await after(DISK_AND_WEB, shown)).toEqual(all);
    expect(await after(DISK_AND_WEB, shown)).toEqual(all);

    const changed = { ...DISK_AND_WEB, 'disk/inodes.py': 'print(2)' };
    await after(changed, async (fixture) => {
      expect(await shown(fixture)).toEqual(['restart 1', 'inodes 2', 'disk-usage 1']);
      const { commandSet } = await fixture.as('root').describeCommandVersions({ commandId: 'cmd-inodes01' });
      expect(commandSet.map((each) => [textOf(each.content), Number(each.updatedTime!.seconds) % 60])).toEqual([
        ['print(2)', 2],
        ['print(1)', 0],
      ]);
    });

    await after(without('disk/inodes', 'web'), async (fixture) => {
      expect(await shown(fixture)).toEqual(['disk-usage 1']);
      expect(await fixture.as('root').describeScenes({})).toMatchObject({ totalCount: 1 });
      for (const version of [1, 2]) {
        expect((await resolve(fixture, version)).command).toMatchObject({ version, scenes: ['sc-disk0001'] });
      }
      for (const gone of [
        () => resolve(fixture, 0),
        () => resolve(fixture, 3),
        () => fixture.as('root').describeCommandVersions({ commandId: 'cmd-inodes01' }),
        () => fixture.as('root').previewReplacedCommandContent({ commandId: 'cmd-inodes01' }),
      ]) {
        expect((await refusalOf(gone())).reason).toBe('ResourceNotFound.CommandNotFound');
      }
      expect(await fixture.as('root').describeCommands({ commandIds: ['cmd-inodes01'] })).toMatchObject({
        totalCount: 0,
      });
    });

    await after(changed, async (fixture) => {
      expect(await shown(fixture)).toEqual(['restart 1', 'inodes 2', 'disk-usage 1']);
      const { sceneSet } = await fixture.as('root').describeScenes({ sceneIds: ['sc-web00001'] });
      expect(sceneSet).toMatchObject([{ createdTime: { seconds: BigInt(Date.UTC(2026, 0, 1) / 1_000) } }]);
    });
  });

  it('may have exchanged names, renamed scenes and moved commands', async () => {
    const usage = String(DISK_AND_WEB['disk/disk-usage.yaml']);
    const inodes = String(DISK_AND_WEB['disk/inodes.yaml']);
    const files: LibraryFiles = {
      ...without('disk'),
      'disk/scene.yaml': 'id: sc-disk0001\nname: {en: Discs, zh: 磁盘}',
      'web/inodes.yaml': usage.replace('name: disk-usage', 'name: inodes'),
      'web/inodes.sh': 'du',
      'web/disk-usage.yaml': inodes.replace('name: inodes', 'name: disk-usage'),
      'web/disk-usage.py': 'print(1)',
    };
    await after(files, async (fixture) => {
      const { commandSet } = await fixture
        .as('root')
        .describeCommands({ filters: [{ name: 'scene-id', values: ['sc-web00001'] }] });
      expect(commandSet.map((each) => [each.commandId, each.commandName])).toEqual([
        ['cmd-restart1', 'restart'],
        ['cmd-inodes01', 'disk-usage'],
        [DISK_USAGE, 'inodes'],
      ]);
      const { sceneSet } = await fixture.as('root').describeScenes({ sceneIds: ['sc-disk0001'] });
      expect(sceneSet[0]!.sceneName).toBe('Discs');
      expect(sceneSet[0]!.updatedTime).not.toEqual(sceneSet[0]!.createdTime);
    });
  });

  it("must not take the id of an account's command", async () => {
    await after({}, (fixture) =>
      fixture.internal.saveCommand({
        accountUin: ACCOUNT_UIN,
        uin: ACCOUNT_UIN,
        ...restart,
        commandId: 'cmd-ownedone',
        timeout: 5,
      }),
    );
    const inodes = String(DISK_AND_WEB['disk/inodes.yaml']).replace('cmd-inodes01', 'cmd-ownedone');
    await expect(after({ ...DISK_AND_WEB, 'disk/inodes.yaml': inodes }, shown)).rejects.toThrow(
      "public library: commandId `cmd-ownedone` is the id of an account's command",
    );
    expect(await after(DISK_AND_WEB, shown)).toHaveLength(4);
  });
});

describe('a mistake in the public library stops the start', () => {
  const disk = (yaml: string): LibraryFiles => ({ ...DISK_AND_WEB, 'disk/inodes.yaml': yaml });
  const inodes = String(DISK_AND_WEB['disk/inodes.yaml']);

  it.each<[string, LibraryFiles]>([
    ['notes.txt: is no folder of a scene', { 'notes.txt': 'a' }],
    ['disk/scene.yaml: is missing', { 'disk/notes.txt': 'a' }],
    ['disk/scene.yaml: name.zh is required, was not given', { 'disk/scene.yaml': 'id: sc-disk0001\nname: {en: Disk}' }],
    ['disk/inodes.yaml: timeout must be 1 to 86400 seconds, was 0', disk(`${inodes}timeout: 0`)],
    ['disk/inodes.yaml: the file must be YAML: ', disk(`${inodes}timeout: [`)],
    [
      'disk/inodes.yaml: name must be that of the file, is `other`',
      disk(inodes.replace('name: inodes', 'name: other')),
    ],
    ['disk/inodes.py: must end in .sh, as SHELL scripts do', disk(inodes.replace('type: PYTHON', 'type: SHELL'))],
    ['disk/lost.yaml: has no script beside it, such as lost.sh', { ...DISK_AND_WEB, 'disk/lost.yaml': inodes }],
    ['disk/lost.sh: belongs to no command', { ...DISK_AND_WEB, 'disk/lost.sh': 'a' }],
    ['disk/inodes.sh: must end in .py, as PYTHON scripts do', { ...DISK_AND_WEB, 'disk/inodes.sh': 'a' }],
    ['disk/deeper: belongs to no command', { ...DISK_AND_WEB, 'disk/deeper/a.sh': 'a' }],
    ['disk/inodes.yaml: Content must be UTF-8 text', { ...DISK_AND_WEB, 'disk/inodes.py': Uint8Array.of(0xff) }],
    ['scene `sc-disk0001` is there twice', { ...DISK_AND_WEB, 'web/scene.yaml': DISK_AND_WEB['disk/scene.yaml']! }],
    ['commandId `cmd-diskuse1` is there twice', disk(inodes.replace('cmd-inodes01', DISK_USAGE))],
    [
      'name `inodes` is there twice',
      { ...DISK_AND_WEB, 'web/inodes.yaml': inodes.replace('cmd-inodes01', 'cmd-inodes02'), 'web/inodes.py': 'a' },
    ],
  ])('%s', async (message, files) => {
    await expect(startFixture({}, files)).rejects.toThrow(`public library: ${message}`);
  });

  it('as does a folder that is not there', async () => {
    await expect(startFixture({ libraryDir: '/nonexistent/library' })).rejects.toThrow('/nonexistent/library');
  });
});
