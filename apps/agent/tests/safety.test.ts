import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { TaskOutcome } from '@muster/contract';
import { eventually, tempDirectory } from '@muster/testkit';
import { describe, expect, it } from 'vitest';
import { processesWith } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const { run } = machine;
const isRoot = process.getuid!() === 0;
const journal = (...names: string[]) => join(machine.dataDir, 'journal', ...names);

/** Mounts a small file system where the machine's data is to be; undefined where that is not allowed. */
function smallDisk(megabytes: number): Disposable | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', machine.dataDir], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  return { [Symbol.dispose]: () => void execFileSync('umount', ['-l', machine.dataDir]) };
}

describe('F25: a full disk', () => {
  it.skipIf(!isRoot)(
    'refuses tasks before they start, and none any more once there is room, without a restart',
    async ({ skip }) => {
      using disk = smallDisk(4);
      if (!disk) return skip('this machine lets nobody mount a small disk');
      await using agent = await machine.agent();
      const filler = join(machine.dataDir, 'filler');
      writeFileSync(join(machine.dataDir, 'mark'), '');
      try {
        writeFileSync(filler, Buffer.alloc(5 << 20));
      } catch {
        // full, as wanted
      }
      const refused = await run(`rm ${machine.dataDir}/mark`).result;
      expect(refused).toMatchObject({ outcome: TaskOutcome.START_FAILED, exitCode: -1 });
      expect(refused.errorInfo).toMatch(/NO_SPACE/);
      expect(existsSync(join(machine.dataDir, 'mark'))).toBe(true);
      rmSync(filler);
      expect(await run('echo healed').result).toMatchObject({ outcome: TaskOutcome.SUCCESS, stdoutLength: 7 });
      await agent[Symbol.asyncDispose]();
    },
  );

  it.skipIf(!isRoot)(
    'that a script fills with its own output costs the output, not the end of the script',
    async ({ skip }) => {
      using disk = smallDisk(4);
      if (!disk) return skip('this machine lets nobody mount a small disk');
      await using agent = await machine.agent();
      const result = await run('yes | head -c 9000000; exit 6', { outputLimitBytes: 64 << 20 }).result;
      expect(result).toMatchObject({ outcome: TaskOutcome.FAILED, exitCode: 6 });
      expect(result.stdoutLength).toBeGreaterThan(1 << 20);
      expect(BigInt(result.stdoutLength) + result.discarded).toBe(9_000_000n);
      expect(await run('echo on').result).toMatchObject({ outcome: TaskOutcome.SUCCESS });
      await agent[Symbol.asyncDispose]();
    },
  );
});

describe('T11: paths and links', () => {
  it('takes no path for an id, nor what lies in the journal by another name', async () => {
    const outside = join(machine.dataDir, 'outside');
    mkdirSync(outside);
    mkdirSync(journal('tasks'), { recursive: true });
    symlinkSync(outside, journal('tasks', 'invt-11111111'));
    writeFileSync(join(outside, 'keep'), '');
    await machine.agent();
    await run('true').result;
    // the link is gone from the journal, and what it led to is as it was
    expect(readdirSync(outside)).toEqual(['keep']);
    expect(existsSync(journal('tasks', 'invt-11111111'))).toBe(false);
  });

  it.skipIf(!isRoot)('writes through no link that somebody put in place of the script or an output', async () => {
    const victim = join(machine.dataDir, 'victim');
    writeFileSync(victim, 'as it was');
    await machine.agent({ concurrency: 1 });
    const first = run(machine.hold);
    await eventually('the first start', () => first.starts.length > 0);
    const task = run('echo mine; echo mine >&2');
    await eventually('its claim', () => existsSync(journal('tasks', task.id, 'claim')));
    for (const name of ['stdout', 'stderr', 'script.sh', 'reserve']) {
      symlinkSync(victim, journal('tasks', task.id, name));
    }
    machine.release();
    await task.result;
    expect(task.output.stdout.toString()).toBe('mine\n');
    expect(execFileSync('cat', [victim], { encoding: 'utf8' })).toBe('as it was');
  });

  it.skipIf(!isRoot)('enters a directory behind a link with the rights of the user, not of the agent', async () => {
    using folder = tempDirectory();
    chmodSync(folder.path, 0o755);
    const closed = join(folder.path, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    symlinkSync(closed, join(folder.path, 'link'));
    await machine.agent();
    const result = await run('pwd', { username: 'nobody', workingDirectory: join(folder.path, 'link') }).result;
    expect(result).toMatchObject({ outcome: TaskOutcome.START_FAILED });
    expect(result.errorInfo).toMatch(/^InvalidWorkingDirectory: user `nobody` may not enter /);
  });
});

describe.skipIf(!isRoot)('T12: a script that runs as an unprivileged user', () => {
  it("reads neither journal nor key, nor another task's script, output or environment, nor the agent's memory", async () => {
    await machine.agent();
    const secret = `s3cret-${process.pid}`;
    const other = run(`echo ${secret}; ${machine.hold}`, { environment: { MUSTER_PARAM_KEY: secret } });
    await eventually('its output', () => other.output.stdout.length > 0);
    const spied = run(
      `for f in ${machine.dataDir} ${machine.dataDir}/nkey.seed ${journal('tasks', other.id)}/* /tmp/muster-*/*; do
        cat "$f" 2>/dev/null; ls "$f" 2>/dev/null | grep -v "$0"; done
      for p in /proc/[0-9]*; do [ -O "$p" ] || { cat "$p/environ" "$p/mem" 2>/dev/null | head -c 100; }; done
      readlink /proc/$$/fd/*`,
      { username: 'nobody', outputLimitBytes: 1 << 20 },
    );
    await spied.result;
    const seen = spied.output.stdout.toString().trim();
    expect(seen).not.toContain(secret);
    // of what is open only the outputs are the agent's
    const open = seen.split('\n').filter((path) => path.startsWith(machine.dataDir) || path.startsWith('socket:'));
    expect(open.map((path) => basename(path))).toEqual(['stdout.pipe', 'stderr.pipe']);
    machine.release();
    await other.result;
  });

  it('signals neither the agent nor its own supervisor', async () => {
    const agent = await machine.process();
    const task = run(`kill -9 ${agent.child.pid} $PPID; echo alive`, { username: 'nobody' });
    expect(await task.result).toMatchObject({ outcome: TaskOutcome.SUCCESS });
    expect(task.output.stdout.toString()).toBe('alive\n');
    expect(agent.child.exitCode).toBeNull();
  });

  it('leaves nothing of its own behind in the shared folder for temporary files', async () => {
    await machine.agent();
    const task = run('echo "$0"; sleep 0', { username: 'nobody' });
    await task.result;
    const script = task.output.stdout.toString().trim();
    await eventually('its folder gone', () => !existsSync(script));
    expect(processesWith(script)).toEqual([]);
  });
});
