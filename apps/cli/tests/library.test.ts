import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { CommandType, CreatedBy, SceneSchema, TagSchema } from '@muster/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addCommand } from './fake-commands.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { type Home, home } from './muster.ts';

let gateway: FakeGateway;
let user: Home;
beforeEach(async () => {
  gateway = await startFakeGateway([]);
  user = home(gateway.url);
});
afterEach(async () => {
  user[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
});
const muster = (...args: string[]) => user.muster(args);

/** Everything in a folder, by name. */
const contents = (folder: string) =>
  Object.fromEntries(
    readdirSync(join(user.path, folder)).map((name) => [name, readFileSync(join(user.path, folder, name), 'base64')]),
  );
const write = (name: string, text: string) => writeFileSync(join(user.path, name), text);

describe('the public library', () => {
  beforeEach(() => {
    const scenes = [
      { sceneId: 'sc-00000001', sceneName: 'Network', sceneNameZh: '网络' },
      { sceneId: 'sc-00000002', sceneName: 'Disks', sceneNameZh: '磁盘' },
    ];
    gateway.library.scenes.push(...scenes.map((scene) => create(SceneSchema, scene)));
    addCommand(gateway.library, { commandName: 'own' });
    addCommand(gateway.library, {
      commandName: 'http-check',
      createdBy: CreatedBy.TAT,
      scenes: ['sc-00000001'],
      description: 'Asks a URL',
      content: Buffer.from('curl {{url}}\n'),
      enableParameter: true,
      defaultParameters: '{"count":"1"}',
      formattedDescription: JSON.stringify({
        cmd_description: { en: 'Asks a URL', 'zh-cn': '检查网址', 'name-en': 'Check a URL', 'name-zh-cn': '网址检查' },
        parameter_description: {
          url: { en: 'Which one', 'zh-cn': '网址' },
          count: { en: 'How often', 'zh-cn': '次数' },
        },
      }),
    });
  });

  test('is listed by scene, apart from own commands', async () => {
    expect((await muster('library', 'list')).stdout).toMatch(
      /^SCENE +NAME +PARAMETERS +DESCRIPTION\nNetwork +http-check +url count +Asks a URL\n$/,
    );
    expect((await muster('library', 'list', '--scene', 'disks')).stderr).toContain('no public commands');
    expect((await muster('library', 'list', '--scene', 'netw')).stdout).toContain('http-check');
    expect(await muster('library', 'list', '--scene', 'no')).toMatchObject({ exitCode: 5 });
    expect((await muster('command', 'list')).stdout).not.toContain('http-check');
    expect((await muster('command', 'list', '--created-by', 'all')).stdout).toMatch(/http-check.*\nown/);
    expect((await muster('command', 'list', '--scene', 'sc-00000001')).stdout).toContain('http-check');
    expect((await muster('scene', 'list')).stdout).toMatch(/Network +sc-00000001\nDisks +sc-00000002\n$/);
  });

  test('speaks Chinese where the environment does', async () => {
    const env = { LANG: 'zh_CN.UTF-8' };
    expect((await user.muster(['library', 'list'], { env })).stdout).toMatch(/网络 +http-check +url count +检查网址\n/);
    expect((await user.muster(['scene', 'list'], { env })).stdout).toContain('网络');
    const shown = await user.muster(['command', 'show', 'http-check'], { env: { LANG: 'zh_CN', LC_ALL: 'zh_TW' } });
    expect(shown.stdout).toMatch(/^网址检查\n/);
    expect(shown.stdout).toMatch(/\nurl +\(must be given\) +网址\ncount +1 +次数\n/);
    expect((await user.muster(['scene', 'list'], { env: { ...env, LC_ALL: 'C' } })).stdout).toContain('Network');
  });

  test.each(['delete', 'edit', 'restore', 'tag', 'untag'])('cannot be changed: command %s says so', async (verb) => {
    const more = { delete: [], edit: ['--timeout', '1m'], restore: ['1'], tag: ['a=b'], untag: ['a'] }[verb]!;
    const { exitCode, stderr } = await muster('command', verb, 'http-check', ...more);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('`http-check` belongs to the public library, which nobody can change'),
    });
  });

  test('gives way to an own command of the same name', async () => {
    const { commandId } = addCommand(gateway.library, { commandName: 'http-check' });
    addCommand(gateway.library, { commandName: 'http-check', createdBy: CreatedBy.TAT });
    expect(JSON.parse((await muster('command', 'show', 'http-check', '--json')).stdout)).toMatchObject({
      CommandId: commandId,
    });
  });
});

describe('versions', () => {
  beforeEach(async () => {
    await user.muster(['command', 'create', 'disk', '-f', '-', '--param', 'path=/'], {
      input: 'df -h {{path}}\necho end',
    });
    await user.muster(['command', 'edit', 'disk', '--timeout', '2m', '-f', '-'], { input: 'df -i {{path}}\necho end' });
  });

  test('differ as a patch of the two files', async () => {
    const { stdout, exitCode } = await muster('command', 'diff', 'disk');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`--- disk.yaml (version 1)
+++ disk.yaml (version 2)
@@ -1,5 +1,6 @@
 name: disk
 type: SHELL
+timeout: 120
 enableParameter: true
 defaultParameters:
   path: /
--- disk.sh (version 1)
+++ disk.sh (version 2)
@@ -1,2 +1,2 @@
-df -h {{path}}
+df -i {{path}}
 echo end
\\ No newline at end of file
`);
    expect(JSON.parse((await muster('command', 'diff', 'disk', '2', '1', '--json')).stdout)).toMatchObject({
      From: 2,
      To: 1,
      Diff: expect.stringContaining('-timeout: 120\n'),
    });
    expect(await muster('command', 'diff', 'disk', '2', '2')).toMatchObject({ exitCode: 0, stdout: '' });
    expect((await muster('command', 'diff', 'disk', '1', '9')).exitCode).toBe(5);
  });

  test('an earlier one becomes the latest again', async () => {
    expect((await muster('command', 'restore', 'disk', '1')).stdout).toBe(
      'disk is at version 3, which is version 1 again\n',
    );
    expect((await muster('command', 'show', 'disk', '--content')).stdout).toBe('df -h {{path}}\necho end');
    expect((await muster('command', 'restore', 'disk', '3')).stdout).toBe('disk is as in version 3 already\n');
  });
});

test('one command is deleted by DeleteCommand, several at once by DeleteCommands', async () => {
  for (const commandName of ['a', 'b', 'c']) addCommand(gateway.library, { commandName });
  await muster('command', 'delete', 'a');
  await muster('command', 'delete', 'b', 'c', 'b');
  expect(gateway.library.commands).toEqual([]);
  expect(gateway.callsOf('DeleteCommand')).toHaveLength(1);
  expect(gateway.callsOf('DeleteCommands')).toMatchObject([
    { message: { commandIds: [expect.any(String), expect.any(String)] } },
  ]);
});

test('parameters may have descriptions', async () => {
  const create = ['command', 'create', 'disk', '-f', '-', '--param', 'path=/', '--param', 'unit=G'];
  await user.muster([...create, '--param-description', 'path=which file system'], { input: 'df {{path}}' });
  const { stdout } = await muster('command', 'show', 'disk');
  expect(stdout).toMatch(/path +\/ +which file system\nunit +G +-\n/);
  const wrong = await user.muster([...create, '--param-description', 'size=x'], { input: 'df' });
  expect(wrong.stderr).toContain('--param-description: `size` is no --param');
});

describe('commands as files', () => {
  beforeEach(() => {
    addCommand(gateway.library, { commandName: '磁盘', content: Buffer.from([0x65, 0x0d, 0x0a, 0x0a]), timeout: 90 });
    addCommand(gateway.library, {
      commandName: 'backup',
      commandType: CommandType.PYTHON,
      content: Buffer.from('print("{{target}}")'),
      description: 'yes: "no" # all of it',
      enableParameter: true,
      defaultParameters: '{"target":"/var"}',
      tags: ['team', 'stage'].map((key) => create(TagSchema, { key, value: 'ops' })),
    });
    addCommand(gateway.library, { commandName: 'public', createdBy: CreatedBy.TAT });
  });

  test('come back from an empty account byte for byte', async () => {
    expect(await muster('library', 'export', 'one')).toMatchObject({
      exitCode: 0,
      stdout: 'created    backup\ncreated    磁盘\n',
      stderr: '2 created, 0 changed, 0 unchanged, 0 removed\n',
    });
    expect(Object.keys(contents('one'))).toEqual(['backup.py', 'backup.yaml', '磁盘.sh', '磁盘.yaml']);
    gateway.library.commands.length = 0;
    expect(await muster('library', 'import', 'one')).toMatchObject({
      exitCode: 0,
      stderr: '2 created, 0 changed, 0 unchanged, 0 deleted\n',
    });
    await muster('library', 'export', 'two');
    expect(contents('two')).toEqual(contents('one'));
    expect((await muster('library', 'export', 'two')).stderr).toBe('0 created, 0 changed, 2 unchanged, 0 removed\n');
  });

  test('change nothing when nothing changed, and make a new version of what did', async () => {
    await muster('library', 'export', 'files');
    expect((await muster('library', 'import', 'files')).stderr).toContain('0 created, 0 changed, 2 unchanged');
    expect(gateway.callsOf('ModifyCommand')).toEqual([]);
    write('files/backup.py', 'print("new")');
    write('files/磁盘.yaml', 'name: 磁盘\ntype: SHELL\ntags:\n  team: ops\n');
    const dry = await muster('library', 'import', 'files', '--dry-run');
    expect(dry.stdout).toBe('changed    backup\nchanged    磁盘\n');
    expect(gateway.callsOf('ModifyCommand')).toEqual([]);
    const { stdout } = await muster('library', 'import', 'files', '--json');
    expect(JSON.parse(stdout)).toEqual({ Created: [], Changed: ['backup', '磁盘'], Unchanged: [], Deleted: [] });
    const versions = gateway.library.commands.map(({ commandName, version, timeout }) => [
      commandName,
      version,
      timeout,
    ]);
    expect(versions.slice(0, 2)).toEqual([
      ['磁盘', 2, 60],
      ['backup', 2, 60],
    ]);
    expect((await muster('library', 'import', 'files')).stderr).toContain('2 unchanged');
  });

  test('a tag alone is changed without a new version', async () => {
    await muster('library', 'export', 'files');
    const yaml = readFileSync(join(user.path, 'files', 'backup.yaml'), 'utf8');
    write('files/backup.yaml', yaml.replace('stage: ops', 'stage: prod').replace(/ +team: ops\n/, '  owner: ana\n'));
    await muster('library', 'import', 'files');
    const backup = gateway.library.commands.find(({ commandName }) => commandName === 'backup')!;
    expect(backup.version).toBe(1);
    expect(backup.tags.map(({ key, value }) => `${key}=${value}`).toSorted()).toEqual(['owner=ana', 'stage=prod']);
  });

  test('--prune takes away what has no files, and files of what is not there', async () => {
    await muster('library', 'export', 'files');
    rmSync(join(user.path, 'files', 'backup.yaml'));
    rmSync(join(user.path, 'files', 'backup.py'));
    expect((await muster('library', 'import', 'files')).stderr).toContain('0 deleted');
    expect((await muster('library', 'import', 'files', '--prune')).stdout).toBe('deleted    backup\n');
    write('files/left.yaml', 'name: left\ntype: SHELL\n');
    write('files/README.md', 'mine');
    expect((await muster('library', 'export', 'files', '--prune')).stdout).toBe('removed    left.yaml\n');
    expect(Object.keys(contents('files'))).toEqual(['README.md', '磁盘.sh', '磁盘.yaml']);
    expect((await muster('library', 'export', 'files', '磁*', '--prune')).exitCode).toBe(1);
  });

  test.each([
    ['a key that no command has', { 'a.yaml': 'name: a\ntype: SHELL\nbad: 1\n', 'a.sh': '' }, 'a.yaml: '],
    ['no script', { 'a.yaml': 'name: a\ntype: SHELL\n' }, 'a.yaml: has no script beside it'],
    [
      'a script of another language',
      { 'a.yaml': 'name: a\ntype: SHELL\n', 'a.py': 'x' },
      'whose only script must be a.sh',
    ],
    ['a script that nobody has', { 'a.yaml': 'name: a\ntype: SHELL\n', 'a.sh': 'x', 'b.sh': 'x' }, 'b.sh: no command'],
    ['another name', { 'a.yaml': 'name: b\ntype: SHELL\n', 'a.sh': 'x' }, 'must be called as its command: `b.yaml`'],
  ])('%s is a fault, and nothing is done', async (_, files, words) => {
    mkdirSync(join(user.path, 'files'));
    for (const [name, text] of Object.entries(files)) write(`files/${name}`, text);
    const { exitCode, stderr } = await muster('library', 'import', 'files');
    expect({ exitCode, said: stderr.includes(words) ? words : stderr }).toEqual({ exitCode: 1, said: words });
    expect(gateway.callsOf('CreateCommand')).toEqual([]);
  });

  test('a folder that is not there, or holds none, is nothing matched or a fault', async () => {
    expect(await muster('library', 'import', 'nowhere')).toMatchObject({
      exitCode: 1,
      stderr: 'muster: no folder `nowhere`\n',
    });
    mkdirSync(join(user.path, 'empty'));
    expect((await muster('library', 'import', 'empty', '--prune')).exitCode).toBe(5);
    expect(gateway.library.commands).toHaveLength(3);
  });
});
