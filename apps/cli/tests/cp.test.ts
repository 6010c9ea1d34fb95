import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Refusal } from '@muster/kernel';
import { type AnswerOf, ENTRY_KINDS, type FilesRequest } from '@muster/terminal';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { FakeDisk, serveFiles } from './fake-files.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { fleet } from './fleet.ts';
import { type Home, home } from './muster.ts';

let gateway: FakeGateway;
let disk: FakeDisk;
let user: Home;
beforeAll(async () => {
  gateway = await startFakeGateway(fleet('web-1', 'web-2'));
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => {
  disk = new FakeDisk();
  gateway.shells.shells.length = 0;
  serveFiles(gateway.shells, disk);
  user = home(gateway.url);
  onTestFinished(() => user[Symbol.dispose]());
});

const lines = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** What a machine says of something that it does not have. */
const entry = (name: string, kind: (typeof ENTRY_KINDS)[number], target = ''): AnswerOf<'entry'> => {
  const at = ENTRY_KINDS.indexOf(kind);
  const about = { mode: 0o777, modified: 0, uid: 0, gid: 0, owner: '', group: '' };
  return { kind: 'entry', name, entryKind: at, leadsTo: at, size: 4, target, ...about };
};
const DONE: AnswerOf<'done'> = { kind: 'done', sha256: '', made: true, unknownOwner: '' };

describe('muster cp', () => {
  it('asks for a session of files, as whom and why', async () => {
    writeFileSync(join(user.path, 'a'), 'text');
    const { exitCode } = await user.muster(['cp', 'a', 'web-1:/srv/a', '--user', 'deploy', '--reason', 'a fix']);
    expect(exitCode).toBe(0);
    expect(disk.files.get('/srv/a')).toEqual(Buffer.from('text'));
    expect(gateway.shells.shells[0]?.info).toMatchObject({ username: 'deploy', reason: 'a fix', sessionKind: 2 });
  });

  it('says what was copied as JSON, a line each', async () => {
    disk.files.set('/etc', 'directory').set('/etc/a', Buffer.from('1234')).set('/etc/l', { link: 'a' });
    const { stdout, exitCode } = await user.muster(['cp', 'web-1:/etc', 'got', '--json', '--no-owner']);
    expect(exitCode).toBe(0);
    const [folder, link, file, result, summary] = lines(stdout);
    expect(folder).toMatchObject({ kind: 'file', EntryKind: 'DIRECTORY', Destination: 'got', Outcome: 'DONE' });
    expect(link).toMatchObject({ EntryKind: 'LINK', Destination: 'got/l' });
    expect(file).toMatchObject({ InstanceName: 'web-1', Source: '/etc/a', Destination: 'got/a', Size: 4 });
    expect(file?.Sha256).toMatch(/^03ac6742/);
    expect(result).toMatchObject({ kind: 'result', Files: 1, Bytes: 4, Failed: 0, ErrorInfo: '' });
    expect(summary).toMatchObject({ kind: 'summary', Total: 1, Failed: [], ExitCode: 0 });
    expect(readlinkSync(join(user.path, 'got/l'))).toBe('a');
    expect(lstatSync(join(user.path, 'got/a')).mtimeMs).toBe(1_700_000_000_000);
  });

  it('waits its turn when too many sessions were opened', async () => {
    writeFileSync(join(user.path, 'a'), 'text');
    let refused = 0;
    const { onShell } = gateway.shells;
    gateway.shells.onShell = (shell) => {
      if (refused++ === 0) throw new Refusal('exhausted', 'RequestLimitExceeded', 'too fast', { retryAfterMs: '1' });
      onShell(shell);
    };
    expect(await user.muster(['cp', 'a', 'web-1:/srv/a'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each([
    [['cp', 'a', 'b'], 'nothing here is on an instance', 1],
    [['cp', 'a', 'none:/x'], 'no instance matches `none`', 5],
    [['cp', 'web-*:/x', 'here'], '2 instances would write to the same `here`', 1],
    [['cp', 'missing', 'web-1:/x'], 'missing: no such file or directory', 2],
    [['cp', 'web-1:/missing', 'x'], '/missing: no such file or directory', 2],
  ])('%j is told off', async (args, words, exitCode) => {
    const result = await user.muster(args);
    expect(result.stderr).toContain(words);
    expect(result.exitCode).toBe(exitCode);
  });
});

describe('T11: a hostile machine', () => {
  /** Answers to a kind of request with these. */
  const saying = (kind: FilesRequest['kind'], ...answers: (typeof DONE | AnswerOf<'entry'>)[]) => {
    disk.answer = (request) => (request.kind === kind ? answers : undefined);
  };

  it.each(['../escaped', '/etc/escaped', '..', 'a/../../escaped'])('writes nothing as `%s`', async (name) => {
    disk.files.set('/srv', 'directory');
    saying('list', entry(name, 'file'), DONE);
    const { stderr, exitCode } = await user.muster(['cp', 'web-1:/srv', 'got']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the machine does not keep to the protocol');
    expect(readdirSync(user.path).filter((each) => !each.startsWith('.'))).toEqual([]);
  });

  it('writes nothing through a link that it had made before', async () => {
    const outside = join(user.path, 'outside');
    mkdirSync(outside);
    mkdirSync(join(user.path, 'got'));
    symlinkSync(outside, join(user.path, 'got', 'srv'));
    disk.files.set('/srv', 'directory').set('/srv/a', Buffer.from('evil'));
    const { stderr, exitCode } = await user.muster(['cp', 'web-1:/srv', 'got']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('/srv: a symbolic link stands where a directory is to be');
    expect(readdirSync(outside)).toEqual([]);
  });

  it('changes no file that a link leads to', async () => {
    writeFileSync(join(user.path, 'victim'), 'as it was');
    symlinkSync('victim', join(user.path, 'a'));
    disk.files.set('/a', Buffer.from('evil'));
    expect((await user.muster(['cp', 'web-1:/a', 'a'])).exitCode).toBe(0);
    expect(readFileSync(join(user.path, 'victim'), 'utf8')).toBe('as it was');
    expect(readFileSync(join(user.path, 'a'), 'utf8')).toBe('evil');
  });

  it('shows no control characters', async () => {
    disk.files.set('/srv', 'directory');
    saying('list', entry('\u001b[2J', 'special'), DONE);
    const { stderr } = await user.muster(['cp', 'web-1:/srv', 'got']);
    expect(stderr).toContain('/srv/\\x1b[2J: is a device');
    expect(stderr).not.toContain('\u001b');
  });

  it('gives no set-user bits, and no file with another checksum or length', async () => {
    disk.files.set('/a', Buffer.from('text'));
    const about = { modified: 0, uid: 0, gid: 0, owner: '', group: '' };
    const file = (mode: number, size: number, sha256: string) =>
      [
        { kind: 'begin', from: 0, size, mode, ...about },
        { kind: 'data', bytes: Buffer.from('text') },
        { kind: 'end', sha256 },
      ] as const;
    const right = '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1';
    for (const [mode, size, sha256, words] of [
      [0o644, 4, '0'.repeat(64), 'arrived with another checksum'],
      [0o644, 3, right, 'is not as long as was announced'],
      [0o644, 5, right, 'is not as long as was announced'],
    ] as const) {
      disk.answer = ({ kind }) => (kind === 'get' ? [...file(mode, size, sha256)] : undefined);
      const { stderr, exitCode } = await user.muster(['cp', 'web-1:/a', 'a']);
      expect({ stderr, exitCode }).toEqual({ stderr: expect.stringContaining(words), exitCode: 2 });
      expect(existsSync(join(user.path, 'a'))).toBe(false);
    }
    disk.answer = ({ kind }) => (kind === 'get' ? [...file(0o6755, 4, right)] : undefined);
    expect((await user.muster(['cp', 'web-1:/a', 'a'])).exitCode).toBe(0);
    expect(lstatSync(join(user.path, 'a')).mode & 0o7777).toBe(0o755);
  });
});

describe('muster forward', () => {
  it('listens on this machine only, and makes a session of each connection', async () => {
    const { child, done, printed } = user.start(['forward', '0:db:5432', 'web-1', '--reason', 'a look']);
    let said = '';
    child.stdout!.on('data', (each) => {
      said += each;
    });
    await printed('leads to db:5432 of web-1');
    const port = await eventually('its port', () => /^127\.0\.0\.1:(\d+) /.exec(said)?.[1]);
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    socket.end('there and back');
    expect(await text(socket)).toBe('there and back');
    expect(gateway.shells.shells[0]?.info).toMatchObject({ sessionKind: 3, forwardTo: 'db:5432' });
    child.kill('SIGINT');
    expect(await done).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it.each([
    [['forward', 'x:y', 'web-1'], '`x:y` is no pair of ports'],
    [['forward', '8080:80', 'web-*'], '`web-*` is more than one instance'],
    [['forward', '192.0.2.1:0:80', 'web-1'], 'cannot listen at 192.0.2.1:0'],
  ])('%j is told off', async (args, words) => {
    const { stderr, exitCode } = await user.muster(args);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(1);
  });
});
