import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { create } from '@bufbuild/protobuf';
import {
  AccessKeySchema,
  CollaboratorSchema,
  GroupSchema,
  PolicySchema,
  RegisterCodeInfoSchema,
  RoleSchema,
  SceneSchema,
  SchedulePolicy,
  ScheduleSettingsSchema,
  TagSchema,
  TaskStatus,
  UserSchema,
} from '@muster/contract';
import { SealFile } from '@muster/terminal';
import { eventually } from '@muster/testkit';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOG } from '../src/catalog.ts';
import type { NounEntry, VerbEntry } from '../src/catalog-entry.ts';
import { terminalOf } from '../src/output/terminal.ts';
import { createProgram } from '../src/program.ts';
import { addCommand } from './fake-commands.ts';
import { FakeDisk, serveFiles } from './fake-files.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { CODE_ID } from './fake-instances.ts';
import { addInvoker } from './fake-invokers.ts';
import { FakeRun } from './fake-run.ts';
import type { FakeRecording } from './fake-shells.ts';
import { fleet } from './fleet.ts';
import { KeptOutput } from './kept-output.ts';
import { type Home, home } from './muster.ts';
import { SECRET_ID, SECRET_KEY } from './world.ts';

const TAGS = [
  create(TagSchema, { key: 'role', value: 'web' }),
  create(TagSchema, { key: 'stage', value: 'prod' }),
  create(TagSchema, { key: 'team', value: 'ops' }),
];

/** Every verb with the words before it. */
function verbs(entries: readonly (VerbEntry | NounEntry)[], path: readonly string[] = []): [string[], VerbEntry][] {
  return entries.flatMap((entry): [string[], VerbEntry][] => {
    const words = [...path, entry.name];
    return 'verbs' in entry ? verbs(entry.verbs, words) : [[words, entry]];
  });
}

const all = verbs(CATALOG.flatMap(({ entries }) => entries));
const examples = await Promise.all(
  all.map(async ([words, entry]) => [words.join(' '), (await entry.load()).examples] as const),
);

describe('--help', () => {
  test.each(all.map(([path, entry]) => [path.join(' '), path, entry] as const))(
    'of muster %s says what every argument and option means',
    async (_, path, entry) => {
      const stdout = new KeptOutput();
      const terminal = terminalOf({ stdin: Readable.from([]), stdout, stderr: new KeptOutput() }, { color: false });
      const program = createProgram('0.0.0', terminal, () => Promise.reject(new Error('--help runs nothing')));
      await expect(program.parseAsync([...path, '--help'], { from: 'user' })).rejects.toMatchObject({ exitCode: 0 });
      const help = stdout.text.replace(/\s+/g, ' ');
      const command = new Command();
      (await entry.load()).configure(command);
      for (const { long, description } of command.options) {
        expect(description, `${long} means nothing`).toMatch(/\w/);
        expect(help).toContain(description.replace(/\s+/g, ' '));
      }
      for (const argument of command.registeredArguments) {
        expect(argument.description, `${argument.name()} means nothing`).toMatch(/\w/);
        expect(help).toContain(argument.description);
      }
      expect(help).toContain('Examples:');
    },
  );
});

describe('examples of --help', () => {
  let gateway: FakeGateway;

  beforeAll(async () => {
    gateway = await startFakeGateway(fleet('web-1', 'web-2', 'db-1', 'db-2'));
    gateway.onRun = (run) => run.succeed('fine\n');
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('every verb has some', () => {
    expect(examples.filter(([, lines]) => lines.length === 0)).toEqual([]);
  });

  test.each(examples.flatMap(([words, lines]) => lines.map((line) => [line, words] as const)))('%s', async (line) => {
    using user = newHome(line);
    // the gateway of the examples is an example itself
    const typed = line
      .replace(/https?:\/\/\S+/, gateway.url)
      .replace('AKID... ', `${SECRET_ID} `)
      .replace(/^(muster forward) \d+/, '$1 0');
    const running = user.muster(words(typed), inputOf(typed));
    if (line.startsWith('muster forward')) await interrupted();
    const { stderr, exitCode } = await running;
    expect({ stderr: exitCode === 0 ? '' : stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  /** A home and a gateway that hold everything the examples speak of. */
  function newHome(line: string): Home {
    const { library, directory, runs, invokers, url } = gateway;
    gateway.instances.splice(0, Infinity, ...fleet('web-1', 'web-2', 'db-1', 'db-2'));
    for (const instance of gateway.instances) instance.tags = TAGS;
    library.commands.length = 0;
    for (const commandName of ['disk-report', 'backup']) {
      const command = { commandName, content: Buffer.from('df -h {{path}}'), enableParameter: true, tags: TAGS };
      const { commandId } = addCommand(library, command);
      addCommand(library, { ...command, commandId, version: 2 });
    }
    const scene = create(SceneSchema, { sceneId: 'sc-00000000', sceneName: 'Network', sceneNameZh: '网络' });
    library.scenes.splice(0, Infinity, scene);
    invokers.length = 0;
    const schedule = { policy: SchedulePolicy.RECURRENCE, recurrence: '30 4 * * *', timeZone: 'Asia/Shanghai' };
    addInvoker(gateway, { name: 'nightly', scheduleSettings: create(ScheduleSettingsSchema, schedule) });
    directory.codes.splice(0, Infinity, create(RegisterCodeInfoSchema, { registerCodeId: CODE_ID, enabled: true }));
    const { users, keys, policies, attached, groups, members, roles, versions, collaborators } = directory;
    for (const list of [users, keys, policies, attached, groups, members, roles, versions, collaborators]) {
      list.length = 0;
    }
    directory.groups.push(create(GroupSchema, { groupId: '1', groupName: 'admins' }));
    for (const roleName of ['deploy', 'partner']) {
      directory.roles.push(create(RoleSchema, { roleId: '400001', roleName, policyDocument: '{}' }));
    }
    directory.collaborators.push(create(CollaboratorSchema, { uin: '300001', name: 'agency' }));
    directory.users.push(create(UserSchema, { uin: '200001', name: 'ana' }));
    directory.keys.push({ uin: '200001', key: create(AccessKeySchema, { accessKeyId: 'AKIDkey0' }) });
    directory.policies.push(create(PolicySchema, { policyId: '1', policyName: 'run-on-all', policyDocument: '{}' }));
    const instances = gateway.instances.map(({ instanceId = '', instanceName = '' }) => ({ instanceId, instanceName }));
    const run = new FakeRun({ invocationId: 'inv-00000000', commandId: 'cmd-00000000' }, instances);
    if (line.startsWith('muster retry')) {
      run.end('web-1', { status: TaskStatus.FAILED, exitCode: 1 });
      run.end('web-2', { status: TaskStatus.TIMEOUT });
    } else run.succeed('fine\n');
    runs.unshift(run);
    const { shells } = gateway;
    shells.shells.length = 0;
    shells.recordings.length = 0;
    for (const instanceId of ['ins-00000000', 'ins-00000001']) shells.add({ instanceId });
    const recorded = shells.record('ses-00000000', [[0, 'permission denied, mkfs\r\n']]);
    if (line.startsWith('muster session watch')) shells.shells.at(-1)!.terminal.end();
    else if (line.includes('session join')) shells.onShell(shells.shells.at(-1)!);
    if (/^muster (cp|forward)/.test(line)) {
      const disk = new FakeDisk();
      for (const path of ['/etc/hosts', '/var/log/syslog']) disk.files.set(path, Buffer.from('text\n'));
      serveFiles(shells, disk);
    }
    const made = home(url);
    const context = { url, secretId: SECRET_ID, secretKey: SECRET_KEY };
    const contexts = { current: 'test', contexts: { test: context, production: context } };
    writeFileSync(made.configFile, JSON.stringify(contexts));
    for (const file of ['check.py', 'disk.sh', 'backup.py']) writeFileSync(join(made.path, file), 'true\n');
    for (const file of ['policy.json', 'trust.json']) writeFileSync(join(made.path, file), '{}');
    writeFileSync(join(made.path, 'audit.jsonl'), '');
    writeExport(made.path, recorded);
    writeFileSync(join(made.path, 'muster-ca.pem'), rootCertificates[0]!);
    for (const folder of ['dist', 'site']) {
      mkdirSync(join(made.path, folder));
      writeFileSync(join(made.path, folder, 'index.html'), 'text\n');
    }
    writeFileSync(join(made.path, 'app.conf'), 'text\n');
    mkdirSync(join(made.path, 'library'));
    writeFileSync(join(made.path, 'library', 'load.yaml'), 'name: load\ntype: SHELL\n');
    writeFileSync(join(made.path, 'library', 'load.sh'), 'uptime\n');
    writeFileSync(join(made.path, 'instances.txt'), '# mine\nweb-1, db-1\nweb-2\n');
    return made;
  }
});

/** A recording as `muster session export` writes it. */
function writeExport(path: string, { info: { sessionId }, chunks, seal }: FakeRecording): void {
  const seals = new SealFile(sessionId);
  for (const chunk of chunks) seals.add(chunk);
  writeFileSync(join(path, 'incident.cast'), chunks.map(({ text }) => text).join(''));
  writeFileSync(join(path, 'incident.cast.seal.json'), seals.end(seal));
}

/** Presses Ctrl-C once somebody listens for it. */
async function interrupted(): Promise<void> {
  const before = process.listenerCount('SIGINT');
  await eventually('somebody to listen for Ctrl-C', () => process.listenerCount('SIGINT') > before);
  process.emit('SIGINT');
}

/** The words after `muster`, as a shell would cut them. */
function words(line: string): string[] {
  const command = line.replace(/^.*\| /, '').replace(/ < .*$/, '');
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!).slice(1);
}

/** What the shell would put on standard input. */
function inputOf(line: string): { input: string } {
  const [, echoed] = /^echo (.*) \|/.exec(line) ?? [];
  const [, file] = / < (\S+)$/.exec(line) ?? [];
  const files: Record<string, string> = {
    'key.txt': SECRET_KEY,
    'password.txt': 'Correct-1\n',
    'policy.json': '{"version":"2.0","statement":[]}',
  };
  return { input: echoed ?? (file ? files[file]! : '') };
}
