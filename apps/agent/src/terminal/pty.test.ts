import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ControlGroups } from '../supervisor/control-groups.ts';
import { killTree } from '../supervisor/kill-tree.ts';
import { nativePty } from './native-pty.ts';
import { openPty, type PtyProgram } from './pty.ts';

const native = nativePty();
/** Without the addon these tests fail. */
const onLinux = process.platform === 'linux';

/** A terminal whose output is collected; it ends with the test. */
function open(file: string, args: readonly string[], more: Partial<PtyProgram> = {}) {
  const env = { PATH: process.env.PATH!, TERM: 'dumb', PS1: '$ ', HISTFILE: '', ...more.env };
  const chunks: Buffer[] = [];
  const pty = openPty(native!, { file, args, columns: 80, rows: 24, ...more, env }, (bytes) =>
    chunks.push(Buffer.from(bytes)),
  );
  onTestFinished(() => pty.hangUp());
  const bytes = () => Buffer.concat(chunks);
  return { pty, bytes, text: () => bytes().toString(), type: (text: string) => pty.write(Buffer.from(text)) };
}
const bash = (more?: Partial<PtyProgram>) => open('bash', ['--norc', '--noprofile', '-i'], more);
const script = (text: string) => open('bash', ['-c', text]);
/** The life of another terminal, from its opening to the last byte: whatever else was to come has come by then. */
async function elsewhere() {
  const { pty, text } = script('seq 20000');
  await pty.exited;
  expect(text()).toContain('20000');
}
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.runIf(onLinux)('a terminal with a real bash in it', () => {
  it('is one to the shell: it echoes, controls jobs, and ends with the shell’s code', async () => {
    const { pty, text, type } = bash();
    await expect.poll(text).toContain('$ ');
    await type('tty; echo $((6 * 7))\n');
    await expect.poll(text).toMatch(/tty; echo[^\n]*\n\/dev\/pts\/\d+\r\n42\r\n/);
    expect(text()).not.toContain('no job control');
    await type('exit 3\n');
    expect(await pty.exited).toEqual({ code: 3, signal: undefined });
  });

  it('carries every byte of both directions as it is', async () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const { bytes, pty, type } = script('stty raw -echo; echo ready; exec head -c 256');
    await expect.poll(() => bytes().toString()).toContain('ready');
    const before = bytes().length;
    await pty.write(all);
    await pty.exited;
    expect(bytes().subarray(before).toString('hex')).toBe(all.toString('hex'));
    await expect(type('late')).rejects.toThrow();
  });

  it('has its size, and tells of another one', async () => {
    const { pty, text, type } = bash({ columns: 101, rows: 33 });
    await type('stty size; trap "stty size" WINCH\n');
    await expect.poll(text).toContain('33 101');
    pty.resize(120, 40);
    await type('\n');
    await expect.poll(text).toContain('40 120');
  });

  it('answers an interrupt', async () => {
    const { text, type } = bash();
    await type("bash -c 'echo inter''ruptible; exec sleep 100'; echo interrupted=$?\n");
    await expect.poll(text).toContain('interruptible');
    await type('\u0003');
    await expect.poll(text).toContain('^C');
    await type('echo back\n');
    await expect.poll(text).toContain('\r\nback\r\n');
  });

  it('says which signal ended the shell, and when there is none to start', async () => {
    expect(await script('kill -9 $$').pty.exited).toEqual({ code: undefined, signal: 'SIGKILL' });
    expect(await open('/nowhere/shell', []).pty.exited).toMatchObject({ code: 127 });
  });
});

describe.runIf(onLinux)('the output of a terminal', () => {
  const LINES = 20_000;
  const wanted = Array.from({ length: LINES }, (_, index) => `line ${index + 1}\r\n`).join('');
  const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

  it('is whole to the last byte, however suddenly the program ends', async () => {
    const { pty, bytes } = script(`seq -f 'line %g' ${LINES}`);
    await pty.exited;
    expect([bytes().length, hash(bytes())]).toEqual([wanted.length, hash(wanted)]);
  });

  it('waits while it is not read: for as long as that takes, and past the end of the program', async () => {
    const { pty, bytes } = script("seq -f 'line %g' 300");
    pty.pause();
    let over = false;
    void pty.exited.then(() => {
      over = true;
    });
    await expect.poll(() => alive(pty.pid)).toBe(false);
    await elsewhere();
    expect(over).toBe(false);
    pty.resume();
    await pty.exited;
    expect(bytes().toString()).toBe(wanted.slice(0, wanted.indexOf('line 301\r')));
  });

  it('holds a flood back where it comes from', async () => {
    const { pty, bytes } = script('exec yes');
    await expect.poll(() => bytes().length).toBeGreaterThan(0);
    pty.pause();
    await elsewhere();
    const paused = bytes().length;
    await elsewhere();
    expect(bytes().length).toBe(paused);
    pty.resume();
    await expect.poll(() => bytes().length).toBeGreaterThan(paused);
  });
});

describe.runIf(onLinux)('the end of a terminal', () => {
  const id = `ses-ptytest${process.pid}`;
  const member = { instanceId: 'rins-ptytest1', invocationTaskId: id };

  it('F53: takes the whole tree with it, also what ignores the hang-up and left the session', async () => {
    const { pty, text, type } = bash({ env: { MUSTER_TASK_ID: id } });
    await type("trap '' HUP TERM; (trap '' HUP TERM; sleep 1000) & setsid sleep 1001 & echo pids=$!=$$=\n");
    await expect.poll(text).toMatch(/pids=\d+=\d+=/);
    const pids = /pids=(\d+)=(\d+)=/.exec(text())!.slice(1).map(Number);
    pty.hangUp();
    const groups = new ControlGroups({ processes: 0, memoryBytes: 0 });
    expect(await killTree(member, { groups, exited: () => true })).toEqual([]);
    await pty.exited;
    expect(pids.map(alive)).toEqual([false, false]);
  });

  it('comes to a shell at once with the hang-up', async () => {
    const { pty, text } = bash();
    await expect.poll(text).toContain('$ ');
    pty.hangUp();
    expect(await pty.exited).toEqual({ code: undefined, signal: 'SIGHUP' });
  });

  it('leaves nothing open, and shows one terminal nothing of another', async () => {
    const first = bash();
    await expect.poll(first.text).toContain('$ ');
    const second = script('ls -l /proc/self/fd');
    await second.pty.exited;
    expect(second.text()).not.toContain('ptmx');
    expect(new Set(second.text().match(/\/dev\/pts\/\d+/g)).size).toBe(1);
  });
});
