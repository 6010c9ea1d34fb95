import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IamService, SessionMode, SessionService } from '@muster/contract';
import { encodeFrame } from '@muster/terminal';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { callerWith } from '../../src/account.ts';
import { driveTerminal, type TerminalCaller } from '../../src/driven-terminal.ts';
import { type Callers, DENIED, startCalling } from '../callers.ts';
import { type Fixture, startFixture } from '../fixture.ts';
import { openAccount } from '../threats/tenants.ts';
import { isWelcome, type Shown, sayHello } from './hello.ts';

const EVERYTHING = [{ effect: 'allow', action: 'tat:*', resource: '*' }];
const NOBODYS = { kind: 'not_found', reason: 'ResourceNotFound.SessionNotFound' };

let fixture: Fixture;
let callers: Callers;
let url: string;
let instanceId: string;
let root: TerminalCaller;
beforeAll(async () => {
  const settings = { 'session-svc': { MUSTER_SESSIONS_OF_INSTANCE: '1000' } };
  fixture = await startFixture(1, { settings });
  callers = await startCalling(fixture.constellation);
  url = fixture.constellation.url;
  instanceId = fixture.constellation.machines[0]!.instanceId;
  root = await callerWith(url, fixture.constellation.root);
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

const sessions = (token = root.token) => callers.at(SessionService, token);
let users = 0;
/** A session of a new user that nobody has attached to, and the ticket that would: one user opens ten a minute. */
async function opened(): Promise<Shown & { sessionId: string; userName: string }> {
  const userName = `opener-${users++}`;
  const { token } = await callers.userWith(userName, EVERYTHING);
  const { ticket } = await sessions(token).openSession({ instanceId });
  return { sessionId: ticket!.sessionId, ticket: ticket!.ticket, token, userName };
}
const hello = async (shown: Shown, options: Parameters<typeof sayHello>[2] = {}) => {
  const answer = await sayHello(url, shown, options);
  const welcome = isWelcome(answer);
  answer.socket.terminate();
  return welcome;
};

describe('T16: a page of another site', () => {
  it.each(['https://evil.example', 'null'])('from %s opens no terminal, even with a good ticket', async (origin) => {
    const shown = await opened();
    await expect(sayHello(url, shown, { origin })).rejects.toThrow('403');
    expect(await hello(shown, { origin: url })).toBe(true);
  });

  it('whose host looks like the gateway’s opens none', async () => {
    const shown = await opened();
    await expect(sayHello(url, shown, { origin: `${url}.evil.example` })).rejects.toThrow('403');
    await expect(sayHello(url, shown, { origin: url.replace('//', '//evil.') })).rejects.toThrow('403');
  });
});

describe('T16: a ticket', () => {
  it('in an address is refused, and its text is in no log and no store', async () => {
    const shown = await opened();
    await expect(sayHello(url, shown, { path: `/terminal?ticket=${shown.ticket}` })).rejects.toThrow('400');
    expect(await hello(shown)).toBe(true);
    const data = join(fixture.folder, 'data');
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const holding = files.filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(shown.ticket));
    expect(holding.map(({ name }) => name)).toEqual([]);
  });

  it('that was stolen is worth nothing with another’s token, and stays its owner’s', async () => {
    const shown = await opened();
    const thief = await callers.userWith('thief', EVERYTHING);
    const stranger = await openAccount(callers, 'stranger');
    for (const token of [thief.token, stranger.token, '', 'made-up', `${shown.token}x`])
      expect(await hello({ ticket: shown.ticket, token }), token.slice(0, 8)).toBe(false);
    expect(await hello(shown)).toBe(true);
  });

  it('opens one terminal, however many come with it at once', async () => {
    const shown = await opened();
    const answers = await Promise.all(Array.from({ length: 20 }, () => hello(shown)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await hello(shown)).toBe(false);
  });

  it('opens its own session and no other', async () => {
    await using one = await driveTerminal(root, { open: { instanceId } });
    await using other = await driveTerminal(root, { open: { instanceId } });
    one.type('echo mark-of-$((40+1))\n');
    await one.until('mark-of-41');
    other.type('echo mark-of-$((40+2))\n');
    await other.until('mark-of-42');
    const { ticket } = await sessions().resumeSession({ sessionId: one.sessionId });
    one.detach();
    const { socket, frames } = await sayHello(url, { ticket: ticket!.ticket, token: root.token });
    const printed = () => frames.flatMap((frame) => (frame.kind === 'data' ? [Buffer.from(frame.bytes)] : []));
    await eventually('the output of its session', () => Buffer.concat(printed()).includes('mark-of-41'));
    expect(Buffer.concat(printed()).includes('mark-of-42')).toBe(false);
    socket.terminate();
  });

  it('is nothing once its owner was deleted', async () => {
    const shown = await opened();
    await callers.at(IamService, callers.root).deleteUser({ name: shown.userName, force: true });
    expect(await hello(shown)).toBe(false);
  });
});

describe('T16: a socket', () => {
  it.each<[string, (shown: Shown) => Uint8Array | string]>([
    ['text', () => 'hello'],
    ['noise', () => new Uint8Array([1, 2, 3])],
    ['nothing', () => new Uint8Array()],
    ['another frame', () => encodeFrame({ kind: 'token', token: 'x' })],
    ['input', () => encodeFrame({ kind: 'data', offset: 0, bytes: Buffer.from('id\n') })],
    ['no ticket', ({ token }) => encodeFrame({ ...HELLO, ticket: '', token })],
    ['a ticket that nobody was given', ({ token }) => encodeFrame({ ...HELLO, ticket: 'A'.repeat(43), token })],
    ['a version to come', ({ ticket, token }) => encodeFrame({ ...HELLO, version: 99, ticket, token })],
  ])('that says %s first is closed, and told nothing', async (_, first) => {
    const shown = await opened();
    const { frames, code } = await sayHello(url, shown, { first: first(shown) });
    expect(code).toBeTypeOf('number');
    expect(frames.filter(({ kind }) => kind !== 'end')).toEqual([]);
  });
});

it('T16: a socket that says nothing is closed', async () => {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/terminal`, { perMessageDeflate: false });
  const heard: unknown[] = [];
  socket.on('message', (data) => heard.push(data));
  await once(socket, 'close');
  expect(heard).toEqual([]);
}, 30_000);

describe('T16: somebody else’s session', () => {
  it('is like none to another account, whatever is asked', async () => {
    await using terminal = await driveTerminal(root, { open: { instanceId } });
    const { sessionId } = terminal;
    const stranger = sessions((await openAccount(callers, 'other')).token);
    const calls = [
      (id: string) => stranger.joinSession({ sessionId: id }),
      (id: string) => stranger.joinSession({ sessionId: id, sessionMode: SessionMode.DRIVE }),
      (id: string) => stranger.resumeSession({ sessionId: id }),
      (id: string) => stranger.closeSession({ sessionIds: [id] }),
    ];
    for (const call of calls) {
      await expect(call(sessionId)).rejects.toMatchObject(NOBODYS);
      await expect(call('ses-zzzzzzzz')).rejects.toMatchObject(NOBODYS);
    }
    expect((await stranger.describeSessions({ sessionIds: [sessionId] })).totalCount).toBe(0);
    await expect(stranger.openSession({ instanceId })).rejects.toMatchObject({
      reason: 'ResourceNotFound.InstanceNotFound',
    });
    terminal.type('echo still-$((40+2))\n');
    await terminal.until('still-42');
  });

  it('is not resumed by another user of the account, and joined only where a policy allows it', async () => {
    await using terminal = await driveTerminal(root, { open: { instanceId } });
    const { sessionId } = terminal;
    const opener = await callers.userWith('opener', [{ effect: 'allow', action: 'tat:StartSession', resource: '*' }]);
    await expect(sessions(opener.token).resumeSession({ sessionId })).rejects.toThrow();
    await expect(sessions(opener.token).joinSession({ sessionId })).rejects.toMatchObject(DENIED);
    await expect(sessions(opener.token).closeSession({ sessionIds: [sessionId] })).rejects.toMatchObject(DENIED);
    const watcher = await callers.userWith('watcher', [
      {
        ...{ effect: 'allow', action: 'tat:JoinSession', resource: '*' },
        condition: { string_equal: { 'muster:session_mode': 'watch' } },
      },
    ]);
    const { ticket } = await sessions(watcher.token).joinSession({ sessionId });
    await expect(
      sessions(watcher.token).joinSession({ sessionId, sessionMode: SessionMode.DRIVE }),
    ).rejects.toMatchObject(DENIED);
    const { frames, socket } = await sayHello(url, { ticket: ticket!.ticket, token: watcher.token });
    expect(frames[0]).toMatchObject({ kind: 'welcome', drives: false });
    // who watches types nothing, whatever it sends
    socket.send(encodeFrame({ kind: 'data', offset: 0, bytes: Buffer.from('echo typed-by-a-watcher\n') }));
    terminal.type('echo mine-$((40+2))\n');
    await terminal.until('mine-42');
    expect(terminal.text).not.toContain('typed-by-a-watcher');
    socket.terminate();
  });
});

const HELLO = { kind: 'hello', version: 1, columns: 80, rows: 24, from: undefined } as const;
