import { setTimeout as sleep } from 'node:timers/promises';
import { SessionKind, SessionMode } from '@muster/contract';
import { OUTPUT_WINDOW } from '@muster/terminal';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLOSE } from '../src/relay/close-codes.ts';
import { type RelayFixture, startRelayFixture, type Wanted } from './relay-fixture.ts';
import { ScriptedClient } from './scripted-client.ts';
import type { ScriptedShell } from './scripted-machine.ts';

let fixture: RelayFixture;
beforeAll(async () => {
  fixture = await startRelayFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(() => {
  fixture.machine.onShell = () => undefined;
  fixture.machine.onOrder = 'start';
  fixture.iam.decide = () => true;
});

/** A session whose shell echoes what is typed. */
async function opened(wanted: Wanted = {}) {
  fixture.machine.onShell = (shell) => {
    shell.onTyped = (bytes) => shell.print(bytes);
  };
  const { sessionId, client } = await fixture.open(wanted);
  return { sessionId, client, shell: fixture.machine.shell(sessionId) };
}

/** The session as its owner sees it. */
async function described(sessionId: string) {
  const { sessionSet } = await fixture.sessions().describeSessions({ sessionIds: [sessionId] });
  return sessionSet[0]!;
}

const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}\r\n`).join('');

/** Prints as a program does: waits while there is no room. */
async function flood(shell: ScriptedShell, text: string) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const { end, acknowledged } = shell.printed;
    const length = Math.min(8_192, OUTPUT_WINDOW - (end - acknowledged), bytes.length - at);
    if (length > 0) shell.print(bytes.subarray(at, at + length));
    at += Math.max(0, length);
    await sleep(length > 0 ? 0 : 5);
  }
}

describe('a terminal', () => {
  it('types into the shell and sees what it prints', async () => {
    const { client, shell } = await opened();
    expect(client.welcome).toMatchObject({ drives: true, turn: 1, inputNext: 0, outputFrom: 0, reset: false });
    client.type('hello\r');
    expect(await client.until('hello\r')).toBe('hello\r');
    expect(shell.typed).toBe('hello\r');
  });

  it('opens what was allowed, in its size', async () => {
    const { client, shell } = await opened({ username: 'deploy', client: { columns: 132, rows: 43 } });
    expect(shell.order).toMatchObject({ username: 'deploy', columns: 132, rows: 43, graceSeconds: 60 });
    expect(client.welcome).toMatchObject({ columns: 132, rows: 43, graceSeconds: 60, idleSeconds: 900 });
    client.send({ kind: 'resize', columns: 90, rows: 20 });
    await eventually('the size', () => shell.sizes.at(-1)?.columns === 90);
  });

  it('sees all of the output before it hears how the shell ended', async () => {
    const { sessionId, client, shell } = await opened();
    await flood(shell, lines(0, 20_000));
    shell.exit(3);
    await eventually('the end', () => client.closed);
    expect(client.text).toBe(lines(0, 20_000));
    expect(client.ended).toMatchObject({ reason: 'EXITED', exitCode: 3, signal: '' });
    expect(client.closed?.code).toBe(CLOSE.OVER);
    expect(await described(sessionId)).toMatchObject({ sessionState: 7, endReason: 1, exitCode: 3 });
    await eventually('the machine to forget it', () => !fixture.machine.shells.has(sessionId));
  });

  it('leaves without a grace when it says so', async () => {
    const { sessionId, client, shell } = await opened();
    client.leave();
    await eventually('the end', () => client.closed);
    expect(client.ended).toMatchObject({ reason: 'CLOSED', signal: 'SIGHUP' });
    expect(shell.ends[0]).toBe('CLOSED');
    expect(await described(sessionId)).toMatchObject({ sessionState: 7, endReason: 2 });
  });

  it('is ended by CloseSession', async () => {
    const { sessionId, client, shell } = await opened();
    await fixture.sessions('root').closeSession({ sessionIds: [sessionId], reason: 'enough' });
    expect(await described(sessionId)).toMatchObject({ errorInfo: expect.stringContaining('enough') });
    await eventually('the end', () => client.closed);
    expect(client.ended).toMatchObject({ reason: 'TERMINATED' });
    expect(shell.ends).not.toEqual([]);
  });
});

describe('a flood', () => {
  it('waits for who draws slowly, holds up nobody else, and is interrupted at once', async () => {
    const { client, shell } = await opened();
    const other = await opened();
    client.draws = false;
    void flood(shell, lines(0, 100_000));
    await eventually('the window to fill', () => shell.printed.end >= OUTPUT_WINDOW);
    await flood(other.shell, lines(0, 10_000));
    await other.client.until('line 9999\r\n');
    expect(shell.printed.end).toBeLessThanOrEqual(2 * OUTPUT_WINDOW);
    client.type('\u0003');
    await eventually('the interrupt', () => shell.typed === '\u0003');
    client.draw();
    await client.until('line 50000');
  });
});

describe('who comes back', () => {
  it('goes on at the byte where the connection broke, and types nothing twice', async () => {
    const { sessionId, client, shell } = await opened();
    shell.onTyped = () => undefined;
    const flooding = flood(shell, lines(0, 30_000));
    client.type('first,');
    await client.until('line 500');
    client.cut();
    client.type('second,');
    const back = await fixture.resume(sessionId, { from: client.outputNext, input: client.input! });
    expect(back.welcome).toMatchObject({ turn: 2, outputFrom: client.outputNext, reset: false });
    back.type('third');
    await flooding;
    await back.until('line 29999');
    expect(client.text + back.text).toBe(lines(0, 30_000));
    await eventually('all keys', () => shell.typed.length >= 'first,second,third'.length);
    expect(shell.typed).toBe('first,second,third');
    expect(shell.turn).toBe(2);
  });

  it('without a screen gets what is kept, and a drawing made anew', async () => {
    const { sessionId, client, shell } = await opened();
    await flood(shell, lines(0, 150_000));
    await client.until('line 149999');
    await client.close();
    const back = await fixture.resume(sessionId, { from: 100 });
    expect(back.welcome).toMatchObject({ reset: true });
    expect(back.welcome!.outputFrom).toBeGreaterThan(100);
    await back.until('line 149999');
    expect(back.text.length).toBeGreaterThan(900_000);
    await eventually('the redraw', () => shell.attaches.at(-1)).then((attach) =>
      expect(attach).toEqual({ turn: 2, redraw: true }),
    );
  });

  it('finds no shell when the grace is over', async () => {
    const { sessionId, client, shell } = await opened({ graceSeconds: 2 });
    await client.close();
    await eventually('the order to end', () => shell.ends.includes('GRACE_OVER'));
    await eventually('the end', async () => (await described(sessionId)).endReason === 7);
    await expect(fixture.resume(sessionId)).rejects.toMatchObject({ kind: 'conflict' });
  });
});

describe('others', () => {
  it('watch: see what was there and what comes, and type nothing', async () => {
    const { sessionId, client, shell } = await opened();
    shell.print('before ');
    await client.until('before');
    const watcher = await fixture.join(sessionId, SessionMode.WATCH);
    expect(watcher.welcome).toMatchObject({ drives: false });
    shell.print('after');
    expect(await watcher.until('after')).toBe('before after');
    watcher.send({ kind: 'data', offset: 0, bytes: Buffer.from('no') });
    watcher.send({ kind: 'resize', columns: 10, rows: 10 });
    expect((await described(sessionId)).watcherUins).toHaveLength(1);
    client.send({ kind: 'resize', columns: 100, rows: 30 });
    await eventually('the size', () => watcher.frames.find((frame) => frame.kind === 'resize'));
    client.type('yes');
    await client.until('yes');
    expect(shell.typed).toBe('yes');
    expect(shell.sizes.every(({ columns }) => columns !== 10)).toBe(true);
    watcher.leave();
    await eventually('the close', () => watcher.closed);
    expect(shell.ends).toEqual([]);
  });

  it('who watch too slowly are cut off, and slow nobody', async () => {
    const { sessionId, client, shell } = await opened();
    const watcher = await fixture.join(sessionId, SessionMode.WATCH);
    watcher.draws = false;
    await flood(shell, lines(0, 150_000));
    await client.until('line 149999');
    await eventually('the close', () => watcher.closed);
    expect(watcher.closed).toMatchObject({ code: CLOSE.TOO_MUCH });
    expect(client.closed).toBeUndefined();
  });

  it('take over: who drove watches from then on, and its keys no longer count', async () => {
    const { sessionId, client, shell } = await opened();
    client.type('mine ');
    await client.until('mine');
    const other = await fixture.join(sessionId, SessionMode.DRIVE);
    expect(other.welcome).toMatchObject({ drives: true, turn: 2, inputNext: 5 });
    await eventually('the word', () => client.frames.find((frame) => frame.kind === 'state'));
    client.type('lost');
    other.type('theirs');
    await client.until('theirs');
    expect(shell.typed).toBe('mine theirs');
    client.leave();
    await eventually('the close', () => client.closed);
    expect(shell.ends).toEqual([]);
  });

  it('are five at most', async () => {
    const { sessionId } = await opened();
    const tickets = await Promise.all(
      Array.from({ length: 6 }, () =>
        fixture.sessions('root').joinSession({ sessionId, sessionMode: SessionMode.WATCH }),
      ),
    );
    const clients: ScriptedClient[] = [];
    for (const { ticket } of tickets)
      clients.push(await ScriptedClient.hello(fixture.door, { ticket: ticket!.ticket, token: 'root' }));
    expect(clients.map((each) => each.closed?.code)).toEqual([...Array(5).fill(undefined), CLOSE.TOO_MUCH]);
  });
});

describe('rights', () => {
  it('T18: who drives and may not any more loses the shell at once', async () => {
    const { sessionId, client, shell } = await opened();
    const watcher = await fixture.join(sessionId, SessionMode.WATCH);
    fixture.iam.decide = (action) => action !== 'tat:StartSession';
    await fixture.permissionsChanged();
    await eventually('the end', () => client.closed);
    expect(client.ended).toMatchObject({ reason: 'REVOKED' });
    await eventually('the order to end', () => shell.ends.includes('REVOKED'));
    await eventually('the end', () => watcher.ended);
    expect(await described(sessionId)).toMatchObject({
      endReason: 4,
      errorInfo: expect.stringContaining('tat:StartSession'),
    });
  });

  it('who watches and may not any more only stops watching', async () => {
    const { sessionId, client } = await opened();
    const watcher = await fixture.join(sessionId, SessionMode.WATCH);
    fixture.iam.decide = (action) => action !== 'tat:JoinSession';
    await fixture.permissionsChanged();
    await eventually('the close', () => watcher.closed);
    expect(watcher.closed).toMatchObject({ code: CLOSE.DENIED });
    client.type('still here');
    await client.until('still here');
  });

  it('are decided again before anything is opened, with the OS user', async () => {
    const { ticket } = await fixture.sessions('user').openSession({ instanceId: 'ins-00000001', username: 'deploy' });
    fixture.iam.decide = () => false;
    const before = fixture.machine.orders.length;
    const client = await ScriptedClient.hello(fixture.door, { ticket: ticket!.ticket, token: 'user' });
    expect(client.closed).toMatchObject({ code: CLOSE.DENIED });
    expect(fixture.iam.questions.at(-1)).toMatchObject({
      action: 'tat:StartSession',
      context: { credential: 'user', peerAddress: '203.0.113.7' },
    });
    const attributes = fixture.iam.questions.at(-1)!.resources[0]!.attributes;
    expect(attributes).toContainEqual({ key: 'muster:os_user', values: ['deploy'] });
    expect(fixture.machine.orders.length).toBe(before);
  });

  it('go on with a newer token of the same principal, and of nobody else', async () => {
    const credential = 'user-900';
    const { client } = await opened({ credential });
    client.send({ kind: 'token', token: credential });
    client.type('on');
    await client.until('on');
    client.send({ kind: 'token', token: 'root' });
    await eventually('the end', () => client.closed);
    expect(client.ended).toMatchObject({ reason: 'REVOKED' });
  });
});

describe('a shell that cannot be opened', () => {
  it('says why when the machine refuses it', async () => {
    fixture.machine.onOrder = 'refuse';
    const { sessionId, client } = await fixture.open();
    await eventually('the end', () => client.closed);
    expect(client.ended).toMatchObject({ reason: 'START_FAILED' });
    expect(client.closed?.reason).toBe('this machine opens no shells');
    expect(await described(sessionId)).toMatchObject({ endReason: 9, errorInfo: 'this machine opens no shells' });
  });

  it('says that the machine is not connected', async () => {
    fixture.machines.known.set('ins-00000009', {});
    const { client } = await fixture.open({ instanceId: 'ins-00000009' });
    await eventually('the end', () => client.closed);
    expect(client.closed?.reason).toBe('the machine is not connected');
  });
});

describe('what is no terminal', () => {
  it('is passed on as it is, without a redraw and without watchers', async () => {
    const { sessionId, client, shell } = await opened({ sessionKind: SessionKind.FILES });
    expect(shell.order).toMatchObject({ program: 2, requiredFeatures: ['session-files'] });
    client.type(Uint8Array.of(0, 255, 13, 10));
    await eventually('the bytes', () => shell.typed.length > 0);
    expect(shell.sizes).toEqual([]);
    await expect(fixture.join(sessionId, SessionMode.WATCH)).rejects.toThrow();
    shell.exit(0);
    await eventually('the end', () => client.ended);
  });
});
