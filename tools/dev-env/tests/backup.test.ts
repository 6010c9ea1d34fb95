import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { InvocationService, TaskStatus } from '@muster/contract';
import { type Migrations, openStore } from '@muster/db';
import { createServiceClient } from '@muster/rpc';
import { eventually, tempDirectory } from '@muster/testkit';
import { describe, expect, it } from 'vitest';
import { callerWith, rootTransport } from '../src/account.ts';
import { backUp } from '../src/backup/back-up.ts';
import { MANIFEST } from '../src/backup/manifest.ts';
import { restore } from '../src/backup/restore.ts';
import { type Constellation, ROOT, startConstellation } from '../src/constellation.ts';
import { driveTerminal } from '../src/driven-terminal.ts';
import { readRecording } from './sessions/read-recording.ts';

describe('a backup', () => {
  it('leaves out what opens it unless asked, and is complete or not there', async () => {
    using folder = tempDirectory('muster-backup-');
    const { dataDir, to } = await aService(folder.path);
    const manifest = await backUp({ dataDir, to });
    expect(manifest.entries.map(({ path }) => path)).toEqual(['command.db', 'keys/command-svc.pem']);
    expect(manifest.keptApart).toEqual(['keys/command-master.key']);
    expect(existsSync(join(to, 'keys/command-master.key'))).toBe(false);
    await expect(backUp({ dataDir, to })).rejects.toThrow('is not empty');
    const whole = await backUp({ dataDir, to: `${to}-2`, withMasterKeys: true });
    expect(whole.keptApart).toEqual([]);
    await expect(backUp({ dataDir: join(dataDir, 'keys'), to: `${to}-3` })).rejects.toThrow('no store of Muster');
    expect(existsSync(`${to}-3`)).toBe(false);
  });

  it('that is damaged anywhere, or newer, is refused before anything is touched', async () => {
    using folder = tempDirectory('muster-backup-');
    const { dataDir, to } = await aService(folder.path);
    await backUp({ dataDir, to });
    const target = join(folder.path, 'restored');
    const restoring = () => restore({ from: to, dataDir: target });
    const saved = readFileSync(join(to, 'keys/command-svc.pem'));
    writeFileSync(join(to, 'keys/command-svc.pem'), 'another');
    await expect(restoring()).rejects.toThrow('damaged: keys/command-svc.pem');
    writeFileSync(join(to, 'keys/command-svc.pem'), saved);
    const text = readFileSync(join(to, MANIFEST), 'utf8');
    writeFileSync(join(to, MANIFEST), text.replace('"keys/command-svc.pem"', '"../outside.pem"'));
    await expect(restoring()).rejects.toThrow('damaged: it would write to ../outside.pem');
    writeFileSync(join(to, MANIFEST), text.replace('"format": 1', '"format": 2'));
    await expect(restoring()).rejects.toThrow('newer version of Muster (format 2');
    await expect(restore({ from: dataDir, dataDir: target })).rejects.toThrow('is no backup');
    expect(existsSync(target)).toBe(false);

    const later = await aService(join(folder.path, 'later'), { '9999_later': { up: async () => {} } });
    await backUp(later);
    await expect(restore({ from: later.to, dataDir: target })).rejects.toThrow('went through `9999_later`');
    expect(existsSync(target)).toBe(false);
  });

  it('is not restored over a service that runs, and what was there before stays', async () => {
    using folder = tempDirectory('muster-backup-');
    const { dataDir, to, migrations } = await aService(folder.path);
    await backUp({ dataDir, to });
    const child = fork(join(import.meta.dirname, 'hold-store.ts'), [join(dataDir, 'command.db')]);
    await once(child, 'message');
    await expect(restore({ from: to, dataDir })).rejects.toThrow('is in use: stop the services');
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    const { before, missing } = await restore({ from: to, dataDir });
    expect(missing).toEqual([]);
    expect(existsSync(join(before!, 'command.db'))).toBe(true);
    expect(readFileSync(join(dataDir, 'keys/command-master.key'), 'utf8')).toBe('key');
    const db = await openStore<{ note: { text: string } }>({ file: join(dataDir, 'command.db'), migrations });
    expect(await db.selectFrom('note').selectAll().execute()).toEqual([{ text: 'kept' }]);
    await db.destroy();
  });
});

/** A service's data folder with a store, a key and a master key in it. */
async function aService(folder: string, more: Migrations = {}) {
  const dataDir = join(folder, 'data');
  mkdirSync(join(dataDir, 'keys'), { recursive: true });
  writeFileSync(join(dataDir, 'keys/command-svc.pem'), 'pem');
  writeFileSync(join(dataDir, 'keys/command-master.key'), 'key');
  const migrations: Migrations = {
    '0001_command': { up: (db) => db.schema.createTable('note').addColumn('text', 'text').execute() },
    ...more,
  };
  const db = await openStore<{ note: { text: string } }>({ file: join(dataDir, 'command.db'), migrations });
  await db.insertInto('note').values({ text: 'kept' }).execute();
  await db.destroy();
  return { dataDir, to: join(folder, 'backup'), migrations };
}

/** Opens a shell, prints something and leaves it; gives the id. */
async function recordedSession({ url, root, machines }: Constellation): Promise<string> {
  const open = { instanceId: machines[0]!.instanceId, username: userInfo().username };
  const terminal = await driveTerminal(await callerWith(url, root), { open });
  await using _ = terminal;
  terminal.type('echo kept-$((6 * 7)); exit\n');
  await terminal.ended;
  return terminal.sessionId;
}

it('F54: an installation that is restored from a backup goes on, and no machine runs anything twice', async () => {
  using folder = tempDirectory('muster-restore-');
  const dataDir = join(folder.path, 'data');
  const to = join(folder.path, 'backup');
  const start = () => startConstellation({ dataDir, agents: 1, say: () => {} });
  const ledger = join(folder.path, 'ledger');
  const content = Buffer.from(`echo "$MUSTER_TASK_ID" >> ${ledger}`);
  const runs: Record<string, string> = {};
  const client = async ({ url, root }: Constellation) =>
    createServiceClient(InvocationService, await rootTransport(url, root));
  const taskOf = async (on: Constellation, run: string) => {
    const filters = [{ name: 'invocation-id', values: [runs[run]!] }];
    return (await (await client(on)).describeInvocationTasks({ filters })).invocationTaskSet[0]!;
  };
  const untilSuccess = (on: Constellation, run: string) =>
    eventually(`the end of ${run}`, async () => (await taskOf(on, run)).taskStatus === TaskStatus.SUCCESS, 30_000);
  const order = async (on: Constellation, name: string) => {
    const instanceIds = on.machines.map(({ instanceId }) => instanceId);
    const says = { content, instanceIds, workingDirectory: '/tmp', username: userInfo().username };
    runs[name] = (await (await client(on)).runCommand(says)).invocationId;
  };
  let recorded = '';
  {
    await using first = await start();
    await order(first, 'before');
    await untilSuccess(first, 'before');
    recorded = await recordedSession(first);
    const { pid } = first.machines[0]!;
    process.kill(pid, 'SIGSTOP');
    await order(first, 'waiting');
    const saved = spawnSync(
      process.execPath,
      [join(ROOT, 'tools/dev-env/src/main.ts'), 'backup', to, '--data-dir', dataDir],
      {
        encoding: 'utf8',
      },
    );
    expect(saved.stderr).toContain('kept apart, and needed to restore');
    process.kill(pid, 'SIGCONT');
    await untilSuccess(first, 'waiting');
    await order(first, 'later');
    await untilSuccess(first, 'later');
    await expect(restore({ from: to, dataDir })).rejects.toThrow('in use');
  }
  expect((await restore({ from: to, dataDir })).missing).toEqual([]);
  await using second = await start();
  expect((await taskOf(second, 'before')).taskStatus).toBe(TaskStatus.SUCCESS);
  const { printed, seal } = await readRecording(await rootTransport(second.url, second.root), recorded);
  expect(printed).toContain('kept-42');
  expect(seal).toMatchObject({ fault: '' });
  const lost = await eventually('what cannot be known to be said', async () => {
    const task = await taskOf(second, 'waiting');
    return task.taskStatus === TaskStatus.FAILED ? task : undefined;
  });
  expect(lost.errorInfo).toMatch(/^INTERRUPTED/);
  await order(second, 'after');
  await untilSuccess(second, 'after');
  const lines = readFileSync(ledger, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(4);
  expect(new Set(lines).size).toBe(4);
}, 120_000);
