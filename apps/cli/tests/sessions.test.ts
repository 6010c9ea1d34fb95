import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SessionKind, SessionState } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { atTerminal } from './at-terminal.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { fleet } from './fleet.ts';
import { home } from './muster.ts';

let gateway: FakeGateway;
beforeAll(async () => {
  gateway = await startFakeGateway(fleet('web-1', 'web-2'));
});
afterAll(() => gateway[Symbol.asyncDispose]());
beforeEach(() => {
  gateway.calls.length = 0;
  gateway.refusals.clear();
  gateway.shells.shells.length = 0;
  gateway.shells.recordings.length = 0;
});

const RECORDED = [
  [0, 'web-1 $ '],
  [1_000, '\x1b]0;title\x07rm -rf /tmp/x\r\n'],
  [65_000, 'done\r\n'],
] as const;

describe('muster session list', () => {
  it('lists open sessions with the names of their machines, and with --all those that are over', async () => {
    using user = home(gateway.url);
    const { shells } = gateway;
    shells.add({ instanceId: 'ins-00000000', reason: 'disk is full', watcherUins: ['200001'] });
    shells.add({ instanceId: 'ins-0000gone', sessionKind: SessionKind.FORWARD, forwardTo: 'localhost:5432' });
    shells.end(shells.add({ instanceId: 'ins-00000001', username: 'deploy' }), 3);
    const open = await user.muster(['session', 'list']);
    expect(open.exitCode).toBe(0);
    const [heading, first, second, ...rest] = open.stdout.trimEnd().split('\n');
    expect(heading?.split(/ {2,}/)).toEqual([
      'SESSION',
      'INSTANCE',
      'USER',
      'KIND',
      'STATE',
      'BY',
      'OPENED',
      'ACTIVE',
      'WATCHED BY',
      'REASON',
    ]);
    expect(first).toMatch(/^ses-00000001 +ins-0000gone +root +forward localhost:5432 +CONNECTED +100001 /);
    expect(second).toMatch(
      /^ses-00000000 +web-1 +root +shell +CONNECTED +100001 +1m ago +\d+s ago +200001 +disk is full/,
    );
    expect(rest).toEqual([]);
    const all = await user.muster(['session', 'list', '--all']);
    expect(all.stdout).toMatch(/ses-00000002 +web-2 +deploy +shell +ENDED: EXITED 3 /);
  });

  it('asks the service for what is wanted, and answers JSON as the API does', async () => {
    using user = home(gateway.url);
    gateway.shells.add({ instanceId: 'ins-00000000' });
    const { stdout } = await user.muster([
      'session',
      'list',
      '--instance',
      'web-1',
      '--by',
      '7',
      '--user',
      'root',
      '--json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      TotalCount: 1,
      SessionSet: [{ SessionId: 'ses-00000000', SessionState: 'CONNECTED', SessionKind: 'SHELL', ExitCode: null }],
    });
    expect(gateway.callsOf('DescribeSessions')[0]?.message).toMatchObject({
      filters: [
        { name: 'session-state', values: ['STARTING', 'CONNECTED', 'DETACHED', 'SILENT', 'ENDING'] },
        { name: 'instance-id', values: ['ins-00000000'] },
        { name: 'create-uin', values: ['7'] },
        { name: 'username', values: ['root'] },
      ],
    });
    gateway.shells.shells.length = 0;
    expect((await user.muster(['session', 'list'])).stderr).toContain('muster ssh INSTANCE');
  });

  it('does without the names of machines when those may not be seen', async () => {
    using user = home(gateway.url);
    gateway.shells.add({ instanceId: 'ins-00000000' });
    gateway.refusals.set('DescribeAutomationAgentStatus', new Refusal('denied', 'UnauthorizedOperation', 'no'));
    expect((await user.muster(['session', 'list'])).stdout).toMatch(/ses-00000000 +ins-00000000 /);
  });
});

describe('muster session watch and join', () => {
  it('watches without a part in it, and without what would do more than draw', async () => {
    using user = home(gateway.url);
    const shell = gateway.shells.add({ instanceId: 'ins-00000000' });
    const at = atTerminal(user, ['session', 'watch', 'ses-00000000']);
    await expect.poll(() => shell.terminal.clients).toBe(1);
    shell.terminal.print('secret \x1b]52;c;eA==\x07plan');
    await expect.poll(at.out).toBe('secret plan');
    expect(at.err()).toContain('watching root on web-1, ses-00000000, recorded; q leaves');
    at.press('ls\r');
    at.press('q');
    expect(await at.done).toBe(0);
    expect([shell.terminal.typed, shell.terminal.said]).toEqual(['', []]);
  });

  it('says how the session ended to who watched it', async () => {
    using user = home(gateway.url);
    const shell = gateway.shells.add({ instanceId: 'ins-00000000' });
    const watching = user.muster(['session', 'watch', 'ses-00000000']);
    await expect.poll(() => shell.terminal.clients).toBe(1);
    gateway.shells.end(shell, undefined, 'IDLE');
    expect(await watching).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('nothing was typed') });
  });

  it('joins by taking over, and comes back as the one who drives', async () => {
    using user = home(gateway.url);
    const shell = gateway.shells.add({ instanceId: 'ins-00000000' });
    const at = atTerminal(user, ['session', 'join', 'ses-00000000']);
    await expect.poll(() => shell.terminal.clients).toBe(1);
    at.press('who\r');
    await expect.poll(() => shell.terminal.typed).toBe('who\r');
    gateway.dropConnections();
    at.press('exit\r');
    await expect.poll(() => shell.terminal.typed).toBe('who\rexit\r');
    gateway.shells.end(shell, 9);
    expect(await at.done).toBe(9);
    expect(gateway.callsOf('JoinSession').map(({ message }) => message)).toMatchObject([
      { sessionMode: 2 },
      { sessionMode: 2 },
    ]);
  });

  it.each<[string, string, string, number]>([
    ['what is no id', 'web-1', '`web-1` is neither the id of a session (ses-…) nor `last`', 1],
    ['a session that does not exist', 'ses-99999999', 'no session `ses-99999999` that you may see', 5],
    ['what is no shell', 'ses-00000000', '`ses-00000000` is no shell', 1],
  ])('says what is wrong with %s', async (_, id, words, code) => {
    using user = home(gateway.url);
    gateway.shells.add({ sessionKind: SessionKind.FILES });
    const { stderr, exitCode } = await user.muster(['session', 'watch', id]);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(code);
    expect((await user.muster(['session', 'join', id])).exitCode).toBe(255);
  });
});

describe('muster session kill', () => {
  it('ends what is named, with a reason', async () => {
    using user = home(gateway.url);
    for (const instanceId of ['ins-00000000', 'ins-00000001']) gateway.shells.add({ instanceId });
    const { stdout } = await user.muster(['session', 'kill', 'ses-00000000', 'ses-00000001', '--reason', 'late']);
    expect(stdout).toBe('ses-00000000 is ended\nses-00000001 is ended\n');
    expect(gateway.callsOf('CloseSession')[0]?.message).toMatchObject({
      ...{ sessionIds: ['ses-00000000', 'ses-00000001'], reason: 'late' },
    });
    expect(gateway.shells.shells.every(({ info }) => info.sessionState === SessionState.ENDED)).toBe(true);
    expect(await user.muster(['session', 'kill', 'last'])).toMatchObject({
      ...{ exitCode: 5, stderr: expect.stringContaining('there is no open session') },
    });
  });
});

describe('recordings', () => {
  it('are listed with how long they are and how long they stay', async () => {
    using user = home(gateway.url);
    gateway.shells.record('ses-00000000', RECORDED);
    const { stdout } = await user.muster(['session', 'recordings']);
    expect(stdout).toMatch(/ses-00000000 +web-1 +root +100001 +\S+ ago +1:05 +no /);
    expect(JSON.parse((await user.muster(['session', 'recordings', '--json'])).stdout)).toMatchObject({
      RecordingSet: [{ SessionId: 'ses-00000000', DurationMs: 65_000, RecordingState: 'SEALED' }],
    });
  });

  it('are exported as an asciicast with its seal, which is verified without the gateway', async () => {
    using user = home(gateway.url);
    gateway.shells.record('ses-00000000', RECORDED);
    const { stdout, exitCode } = await user.muster(['session', 'export', 'ses-00000000', '-o', 'x.cast']);
    expect([stdout, exitCode]).toEqual(['x.cast and x.cast.seal.json\n', 0]);
    const file = join(user.path, 'x.cast');
    const text = readFileSync(file, 'utf8');
    expect(JSON.parse(text.split('\n')[0]!)).toMatchObject({ version: 2, width: 80 });

    const whole = await user.muster(['session', 'verify', 'x.cast']);
    expect([whole.stdout, whole.exitCode]).toEqual([
      expect.stringMatching(/^whole: ses-00000000, .* [0-9a-f]{64}\n$/),
      0,
    ]);
    const hash = whole.stdout.trim().split(' ').at(-1)!;
    expect((await user.muster(['session', 'verify', 'x.cast', '--hash', hash.toUpperCase()])).exitCode).toBe(0);
    const other = await user.muster(['session', 'verify', 'x.cast', '--hash', 'f'.repeat(64)]);
    expect([other.exitCode, other.stdout]).toEqual([2, expect.stringContaining('another one than the event named')]);

    writeFileSync(file, text.slice(0, -1));
    const cut = await user.muster(['session', 'verify', 'x.cast', '--json']);
    expect([cut.exitCode, JSON.parse(cut.stdout)]).toMatchObject([
      2,
      { Intact: false, Problem: expect.stringContaining('cut') },
    ]);
    writeFileSync(file, text.replace('rm -rf', 'ls -la'));
    expect((await user.muster(['session', 'verify', 'x.cast'])).stdout).toContain('chunk 1 was changed');
    expect((await user.muster(['session', 'verify', 'nowhere.cast'])).stderr).toContain('--seal names the seal file');
  });

  it('of open sessions are exported as far as they go, and are not sealed', async () => {
    using user = home(gateway.url);
    gateway.shells.record('ses-00000000', RECORDED, true);
    const { stderr, exitCode } = await user.muster(['session', 'export', 'ses-00000000']);
    expect([stderr, exitCode]).toEqual(['the session is open: this is the recording so far\n', 0]);
    expect((await user.muster(['session', 'verify', 'ses-00000000.cast'])).stdout).toContain('it is not sealed');
  });

  it('that are broken on the way are told from whole ones', async () => {
    using user = home(gateway.url);
    const { chunks } = gateway.shells.record('ses-00000000', RECORDED);
    chunks[1] = { ...chunks[1]!, text: chunks[1]!.text.replace('rm', 'ls') };
    const { stderr, exitCode } = await user.muster(['session', 'export', 'ses-00000000']);
    expect([stderr, exitCode]).toEqual([expect.stringContaining('the recording is broken: chunk 1 was changed'), 2]);
    expect((await user.muster(['session', 'replay', 'ses-00000000'])).exitCode).toBe(2);
    const missing = await user.muster(['session', 'export', 'ses-11111111']);
    expect(missing.exitCode).toBe(5);
  });

  it('are searched, and a hit says when', async () => {
    using user = home(gateway.url);
    gateway.shells.record('ses-00000000', RECORDED);
    const { stdout, exitCode } = await user.muster(['session', 'search', 'rm -rf']);
    expect([stdout, exitCode]).toEqual([expect.stringMatching(/^ses-00000000 0:01 root on web-1 \| .*rm -rf/), 0]);
    const json = await user.muster(['session', 'search', 'rm -rf', '--session', 'ses-00000000', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'hit',
      AtMs: 1_500,
      Recording: { SessionId: 'ses-00000000' },
    });
    expect(gateway.callsOf('SearchRecordings')[1]?.message).toMatchObject({
      filters: [{ name: 'session-id', values: ['ses-00000000'] }],
    });
    expect((await user.muster(['session', 'search', 'mkfs'])).exitCode).toBe(5);
  });
});

describe('muster session replay', () => {
  it('prints everything at once where nobody looks, without what does more than draw', async () => {
    using user = home(gateway.url);
    gateway.shells.record('ses-00000000', RECORDED);
    const { stdout } = await user.muster(['session', 'replay', 'ses-00000000']);
    expect(stdout).toBe('web-1 $ rm -rf /tmp/x\r\ndone\r\n');
    expect((await user.muster(['session', 'replay', 'last', '--from', '1:00'])).stdout).toBe('done\r\n');
    gateway.shells.recordings.length = 0;
    expect((await user.muster(['session', 'replay', 'last'])).exitCode).toBe(5);
  });

  it('plays on a terminal, and keys steer it', async () => {
    using user = home(gateway.url);
    gateway.shells.record('ses-00000000', RECORDED);
    const at = atTerminal(user, ['session', 'replay', 'ses-00000000', '--speed', '8']);
    await expect.poll(at.out).toContain('rm -rf /tmp/x');
    expect([at.out().includes('done'), at.isRaw()]).toEqual([false, true]);
    at.press(' ');
    await expect.poll(at.out).toContain('paused');
    at.press('-');
    at.press('\x1b[C');
    at.press('\x1b[D');
    at.press(' ');
    await expect.poll(at.out).toMatch(/\/ 1:05 {2}4×/);
    at.press('q');
    expect(await at.done).toBe(0);
    expect([at.out().includes('done'), at.isRaw()]).toEqual([false, false]);
  });

  it('begins where it is told, keeps silence short, and ends with the recording', async () => {
    using user = home(gateway.url);
    gateway.shells.record('ses-00000000', RECORDED);
    const at = atTerminal(user, ['session', 'replay', 'ses-00000000', '--from', '0:02', '--idle-limit', '0.2']);
    expect(await at.done).toBe(0);
    expect(at.out()).toContain('done');
  });

  it('plays files, and says which are none', async () => {
    using user = home(gateway.url);
    writeFileSync(join(user.path, 'a.cast'), '{"version":2,"width":80,"height":24}\n[0.1,"o","hello"]');
    expect((await user.muster(['session', 'replay', 'a.cast'])).stdout).toBe('hello');
    writeFileSync(join(user.path, 'b.cast'), '{"version":3}');
    const { stderr } = await user.muster(['session', 'replay', 'b.cast']);
    expect(stderr).toBe('muster: cannot read `b.cast`: line 1 is no header of an asciicast of version 2\n');
    expect((await user.muster(['session', 'replay', 'ses-00000000', '--speed', '9'])).stderr).toContain('0.5 to 8');
  });
});

describe('muster session settings', () => {
  it('shows them, and changes only what is given', async () => {
    using user = home(gateway.url);
    expect((await user.muster(['session', 'settings'])).stdout).toBe(
      [
        'record output  yes',
        'record input   no',
        'keep           90 days, 10240 MB in all',
        'idle           15m00s',
        'longest        12h00m\n',
      ].join('\n'),
    );
    const changed = await user.muster(['session', 'settings', '--record-output', 'no', '--idle', '5m', '--json']);
    expect(JSON.parse(changed.stdout)).toMatchObject({ RecordOutput: false, IdleSeconds: 300, RecordingDays: 90 });
    expect(gateway.callsOf('ModifySessionSettings').length).toBe(1);
    expect((await user.muster(['session', 'settings', '--record-input', 'maybe'])).stderr).toContain('yes or no');
  });
});
