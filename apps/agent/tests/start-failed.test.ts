import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandType, TaskOutcome } from '@muster/contract';
import { tempDirectory } from '@muster/testkit';
import { beforeEach, expect, it } from 'vitest';
import type { FakeTask } from './fake-service.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const isRoot = process.getuid!() === 0;

async function failure(order: FakeTask['order']): Promise<string> {
  const task = machine.run('echo never', order);
  const { outcome, exitCode, errorInfo } = await task.result;
  expect({ outcome, exitCode }).toEqual({ outcome: TaskOutcome.START_FAILED, exitCode: -1 });
  expect(task.output.stdout.length).toBe(0);
  return errorInfo;
}

beforeEach(async () => {
  await machine.agent({ inherited: { path: '/nowhere:/usr/bin:/bin', lang: 'C' } });
});

it('says which user does not exist', async () => {
  expect(await failure({ username: 'no-such-user' })).toBe(
    'InvalidUser: user `no-such-user` does not exist on this machine',
  );
});

it.each(['', '0', '--help', 'a:b', 'root\n'])('does not take %j for a user', async (username) => {
  expect(await failure({ username })).toMatch(/^InvalidUser: /);
});

it('says which directory does not exist, is none, or is not absolute', async () => {
  using folder = tempDirectory();
  writeFileSync(join(folder.path, 'file'), '');
  expect(await failure({ workingDirectory: `${folder.path}/none` })).toBe(
    `InvalidWorkingDirectory: \`${folder.path}/none\` does not exist on this machine`,
  );
  expect(await failure({ workingDirectory: `${folder.path}/file` })).toMatch(
    /^InvalidWorkingDirectory: .* is not a directory$/,
  );
  expect(await failure({ workingDirectory: 'tmp' })).toBe('InvalidWorkingDirectory: `tmp` is not an absolute path');
});

it("enters the directory with the user's rights, not with the agent's", async () => {
  using folder = tempDirectory();
  const closed = join(folder.path, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0);
  const order = isRoot ? { workingDirectory: closed, username: 'nobody' } : { workingDirectory: closed };
  const errorInfo = await failure(order);
  // or nobody but root could remove it
  chmodSync(closed, 0o700);
  expect(errorInfo).toMatch(/^InvalidWorkingDirectory: user `.+` may not enter `.+`$/);
});

it('says which interpreter is missing', async () => {
  expect(await failure({ commandType: CommandType.POWERSHELL })).toMatch(
    /^TaskSpawnFailed: POWERSHELL needs pwsh, which this machine does not have in \/nowhere:/,
  );
  expect(await failure({ commandType: CommandType.BAT })).toBe('TaskSpawnFailed: BAT scripts cannot run on linux');
});

it('runs as another user where it may, and says why where it may not', async () => {
  const script = 'id -un; id -G; cat "$0" | head -c 5; echo to-stderr >/dev/stderr; ls ..; echo $PATH';
  if (!isRoot) {
    expect(await failure({ username: 'root' })).toBe(
      'InvalidUser: the agent does not run as root, so it cannot run a script as user `root`',
    );
    return;
  }
  const task = machine.run(script, { username: 'nobody', workingDirectory: '/usr/bin' });
  const result = await task.result;
  expect(result.errorInfo).toBe('');
  const [user, groups, own] = task.output.stdout.toString().split('\n');
  expect(user).toBe('nobody');
  expect(groups).not.toMatch(/\b0\b/);
  expect(own).toMatch(/^id -u/);
  expect(task.output.stderr.toString()).toBe('to-stderr\n');
  expect(task.output.stdout.toString()).not.toContain('/nowhere');
});

it("keeps the journal and the machine's key from the scripts of other users", async () => {
  if (!isRoot) {
    expect(await failure({ username: 'root' })).toMatch(/^InvalidUser: /);
    return;
  }
  const task = machine.run(`ls -R ${machine.dataDir}; cat ${machine.dataDir}/nkey.seed; ls -ld "$(dirname "$0")"`, {
    username: 'nobody',
  });
  await task.result;
  expect(task.output.stdout.toString()).toMatch(/^drwx------ .* nobody /);
  expect(task.output.stderr.toString().match(/Permission denied/g)).toHaveLength(2);
});
