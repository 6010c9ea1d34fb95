import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from '../fixture.ts';
import { type Network, networkTo } from './network.ts';

let fixture: Fixture;
let network: Network;
let folder: string;
beforeAll(async () => {
  fixture = await startFixture(2, { settings: { 'session-svc': { MUSTER_FORWARD_PORTS: 'true' } } });
  const { url, root } = fixture.constellation;
  network = await networkTo(url);
  folder = fixture.folder;
  chmodSync(folder, 0o755);
  const login = ['login', '--url', network.url, '--secret-id', root.secretId, '--secret-key-stdin'];
  const { code } = await fixture.muster(login, { context: 'away', stdin: root.secretKey });
  expect(code).toBe(0);
}, 90_000);
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await network[Symbol.asyncDispose]();
});

/** A new folder of a test. */
function place(name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

const linesOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const fileLine = (stdout: string) => linesOf(stdout).find(({ kind }) => kind === 'file')!;
const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
/** What an unfinished copy has on the disk. */
const partials = (path: string) => readdirSync(path).filter((name) => name.endsWith('.part'));
const partialSize = (path: string) => partials(path).reduce((sum, name) => sum + lstatSync(join(path, name)).size, 0);

/** Starts a copy of a big file and waits until some of it is there. */
async function half(name: string, megabytes: number, context?: string) {
  const here = place(`${name}-here`);
  const there = place(`${name}-there`);
  const file = join(here, 'big');
  writeFileSync(file, randomBytes(megabytes << 20));
  const args = ['cp', file, `web-1:${there}`, '--json'];
  const child = fixture.start(context === undefined ? args : ['--context', context, ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (text) => {
    stdout += text;
  });
  child.stderr!.on('data', (text) => {
    stderr += text;
  });
  const exited = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  await eventually('some of it to be there', () => partialSize(there) > 2 << 20, 60_000);
  return { args, child, exited, file, there, copy: join(there, 'big') };
}

describe('muster cp', () => {
  it('copies a tree there and back: contents, modes, times, links, and says what it left out', async () => {
    const [here, back, there] = [place('tree'), place('back'), place('there')];
    mkdirSync(join(here, 'dist/sub'), { recursive: true });
    writeFileSync(join(here, 'dist/empty'), '');
    writeFileSync(join(here, 'dist/sub/run.sh'), 'echo hi\n', { mode: 0o750 });
    chmodSync(join(here, 'dist/sub/run.sh'), 0o750);
    symlinkSync('sub/run.sh', join(here, 'dist/link'));
    for (let index = 0; index < 100; index++) writeFileSync(join(here, `dist/f${index}`), randomBytes(index * 100));
    utimesSync(join(here, 'dist/empty'), 1_600_000_000.5, 1_600_000_000.5);
    utimesSync(join(here, 'dist/sub'), 1_500_000_000, 1_500_000_000);
    const put = await fixture.muster(['cp', join(here, 'dist'), `web-1:${there}`]);
    expect(put).toMatchObject({ code: 0, stderr: '' });
    expect(put.stdout).toMatch(/^web-1: 102 files, 495\.0 kB in /);
    execFileSync('mkfifo', [join(there, 'dist/pipe')]);
    const get = await fixture.muster(['cp', `web-1:${there}/dist`, back]);
    expect(get.code).toBe(2);
    expect(get.stderr).toContain('dist/pipe: is a device, a pipe or a socket, and those are not copied');
    expect(readlinkSync(join(back, 'dist/link'))).toBe('sub/run.sh');
    expect(lstatSync(join(back, 'dist/sub/run.sh')).mode & 0o7777).toBe(0o750);
    expect(lstatSync(join(back, 'dist/empty')).mtimeMs).toBe(1_600_000_000_500);
    expect(lstatSync(join(back, 'dist/sub')).mtimeMs).toBe(1_500_000_000_000);
    expect(execFileSync('diff', ['-r', join(here, 'dist'), join(back, 'dist')]).toString()).toBe('');
    expect(partials(back)).toEqual([]);
  }, 60_000);

  it('copies to many instances at once, and from each into a place of its own', async () => {
    const here = place('many');
    writeFileSync(join(here, 'app.conf'), 'listen 80\n');
    const there = join(folder, 'many-there');
    const put = await fixture.muster(['cp', join(here, 'app.conf'), `web-*:${there}/`, '--json']);
    expect(put.code).toBe(0);
    const { machines } = fixture.constellation;
    const ids = new Set(machines.map(({ instanceId }) => instanceId));
    const [summary] = linesOf(put.stdout).filter(({ kind }) => kind === 'summary');
    expect(summary).toMatchObject({ Total: 2, Failed: [], ExitCode: 0 });
    expect(new Set(summary!.Succeeded as string[])).toEqual(ids);
    const where = ['-t', 'web-1,web-2', `:${there}/app.conf`];
    const one = await fixture.muster(['cp', ...where, here]);
    expect(one).toMatchObject({ code: 1, stdout: '' });
    expect(one.stderr).toContain('2 instances would write to the same');
    const each = await fixture.muster(['cp', ...where, join(here, '{instance}/')]);
    expect(each).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['web-1', 'web-2'])
      expect(readFileSync(join(here, name, 'app.conf'), 'utf8')).toBe('listen 80\n');
  }, 60_000);

  it('T29: is the user there, and is told what that user may not', async () => {
    const there = place('closed');
    chmodSync(there, 0o700);
    const result = await fixture.muster(['cp', '/etc/hostname', `web-1:${there}/x`, '--user', 'nobody']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(`web-1: ${there}/x: permission denied`);
    chmodSync(there, 0o711);
    const beside = await fixture.muster(['cp', '/etc/hostname', `web-1:${there}/x`, '--user', 'nobody']);
    expect(beside.code).toBe(2);
    expect(beside.stderr).toContain('web-1: /etc/hostname: permission denied');
    expect(readdirSync(there)).toEqual([]);
    const missing = await fixture.muster(['cp', 'web-1:/no/such/file', there]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('no such file or directory') });
    expect((await fixture.muster(['cp', 'no-such-machine:/etc/hosts', there])).code).toBe(5);
  }, 60_000);
});

describe('a copy that is broken off', () => {
  it('goes on when the network comes back, without anybody doing anything', async () => {
    const copy = await half('cut', 12, 'away');
    network.pull();
    let last = -1;
    await eventually('nothing to move any more', () => {
      const before = last;
      last = partialSize(copy.there);
      return last === before;
    });
    expect(existsSync(copy.copy)).toBe(false);
    network.plug();
    const { code, stdout, stderr } = await copy.exited;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(fileLine(stdout)).toMatchObject({ Outcome: 'DONE', Sha256: sha256(copy.file) });
    expect(sha256(copy.copy)).toBe(sha256(copy.file));
  }, 120_000);

  it.each(['session-svc', 'gateway'])(
    'by kill -9 of %s goes on',
    async (victim) => {
      const copy = await half(`killed-${victim}`, 12);
      process.kill(fixture.constellation.pids()[victim]!, 'SIGKILL');
      const { code, stdout } = await copy.exited;
      expect(code).toBe(0);
      expect(fileLine(stdout)).toMatchObject({ Outcome: 'DONE', Sha256: sha256(copy.file) });
      expect(sha256(copy.copy)).toBe(sha256(copy.file));
      expect(readdirSync(copy.there)).toEqual(['big']);
    },
    120_000,
  );

  it('by kill -9 of the agent goes on in another session, where it was', async () => {
    const copy = await half('killed-agent', 12);
    process.kill(fixture.constellation.pids()['web-1']!, 'SIGKILL');
    const { code, stdout } = await copy.exited;
    expect(code).toBe(0);
    expect(linesOf(stdout).some(({ kind }) => kind === 'again')).toBe(true);
    const line = fileLine(stdout);
    expect(line).toMatchObject({ Outcome: 'DONE', Sha256: sha256(copy.file) });
    expect(line.ResumedFrom).toBeGreaterThan(2 << 20);
    expect(sha256(copy.copy)).toBe(sha256(copy.file));
    expect(readdirSync(copy.there)).toEqual(['big']);
  }, 120_000);

  it('by whoever copies goes on at the next attempt, unless what is there is not its beginning', async () => {
    const copy = await half('interrupted', 12);
    copy.child.kill('SIGINT');
    expect((await copy.exited).code).toBe(3);
    await eventually('the file server to be gone', () => {
      const [name] = partials(copy.there);
      return name !== undefined && !existsSync(`/proc/${/-(\d+)\.part$/.exec(name)![1]}`);
    });
    const kept = partialSize(copy.there);
    const again = await fixture.muster(copy.args);
    expect(again.code).toBe(0);
    expect(fileLine(again.stdout)).toMatchObject({ Outcome: 'DONE', ResumedFrom: kept, Sha256: sha256(copy.file) });
    expect(sha256(copy.copy)).toBe(sha256(copy.file));

    const other = await half('tampered', 12);
    other.child.kill('SIGINT');
    await other.exited;
    const name = await eventually('its partial file', () => partials(other.there)[0]);
    const pid = /-(\d+)\.part$/.exec(name)![1];
    await eventually('the file server to be gone', () => !existsSync(`/proc/${pid}`));
    writeSync(openSync(join(other.there, name), 'r+'), 'not this', 100);
    const anew = await fixture.muster(other.args);
    expect(anew.code).toBe(0);
    expect(fileLine(anew.stdout)).not.toHaveProperty('ResumedFrom');
    expect(sha256(other.copy)).toBe(sha256(other.file));
    expect(readdirSync(other.there)).toEqual(['big']);
  }, 180_000);
});

describe('muster forward', () => {
  it('lets a port here lead to one there, and says when nobody listens there', async () => {
    const page = randomBytes(300_000).toString('hex');
    const server = createServer(
      (request, response) =>
        void request.pipe(response.writeHead(200), { end: false }).on('unpipe', () => response.end(page)),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = fixture.start(['forward', `0:127.0.0.1:${port}`, 'web-1']);
    let [stdout, stderr] = ['', ''];
    child.stdout!.on('data', (text) => {
      stdout += text;
    });
    child.stderr!.on('data', (text) => {
      stderr += text;
    });
    const local = await eventually('it to listen', () => /^127\.0\.0\.1:(\d+) leads to /.exec(stdout)?.[1]);
    const said = randomBytes(200_000).toString('hex');
    // a connection for each, so that none from before is used again
    const headers = { connection: 'close' };
    const ask = async () => (await fetch(`http://127.0.0.1:${local}/`, { method: 'POST', body: said, headers })).text();
    const answers = await Promise.all([ask(), ask(), ask()]);
    // a difference in a million letters is no message
    const whole = { letters: said.length + page.length, isBoth: true };
    expect(answers.map((each) => ({ letters: each.length, isBoth: each === said + page }))).toEqual([
      whole,
      whole,
      whole,
    ]);
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await expect(ask()).rejects.toThrow();
    await eventually('the reason', () => stderr.includes('the connection was refused'));
    child.kill('SIGINT');
    await once(child, 'close');
    expect(child.exitCode).toBe(0);
  }, 120_000);
});
