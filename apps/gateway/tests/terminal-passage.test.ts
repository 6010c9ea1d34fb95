import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Certificates } from '@muster/rpc';
import { eventually, tempDirectory, throwAwayAuthority } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { askDoor, doorAt } from '../src/terminal/ask-door.ts';
import { type Fixture, startFixture } from './fixture.ts';
import { dialTerminal, openTerminal, type ScriptedDoor, startDoor } from './scripted-door.ts';

let door: ScriptedDoor;
beforeAll(async () => {
  door = await startDoor();
});
afterAll(() => door[Symbol.asyncDispose]());

const gatewayTo = (terminalAddress: string, settings: Parameters<typeof startFixture>[0] = {}): Promise<Fixture> =>
  startFixture({ ...settings, settings: { terminalAddress, ...settings.settings } });
/** A terminal with what it heard. */
async function visitor(url: string) {
  const socket = await openTerminal(url);
  const heard: Buffer[] = [];
  socket.on('message', (data: Buffer) => heard.push(data));
  return { socket, heard };
}
const closed = async (socket: WebSocket) => {
  if (socket.readyState !== socket.CLOSED) await once(socket, 'close');
};

describe('bytes of a terminal', () => {
  it('pass unchanged both ways, however they are cut', async () => {
    await using gateway = await gatewayTo(door.address);
    const { socket, heard } = await visitor(gateway.url);
    const visit = await door.visit(door.visits.length);
    const sent = Array.from({ length: 50 }, (_, at) => randomBytes(at * 997));
    for (const part of sent) {
      socket.send(part);
      visit.socket.send(part);
    }
    const all = Buffer.concat(sent);
    await expect.poll(() => Buffer.concat(heard).length).toBe(all.length);
    await expect.poll(() => Buffer.concat(visit.heard).length).toBe(all.length);
    expect(Buffer.concat(heard).equals(all)).toBe(true);
    expect(Buffer.concat(visit.heard).equals(all)).toBe(true);
    socket.terminate();
  });

  it.each([
    ['at once', 0],
    ['after a silence', 1_500],
  ])(
    'T21: wait for a client that does not read, and one that takes nothing of what comes %s is cut',
    async (_, silenceMs) => {
      const hasty = { headersMs: 5_000, requestMs: 5_000, stallMs: 500, idleMs: 5_000 };
      await using gateway = await gatewayTo(door.address, { patience: hasty });
      const { socket } = await visitor(gateway.url);
      const visit = await door.visit(door.visits.length);
      socket.pause();
      await sleep(silenceMs);
      let taken = 0;
      for (let i = 0; i < 64; i++) visit.socket.send(randomBytes(1 << 20), (error) => error ?? taken++);
      await closed(visit.socket);
      // what the sockets of the system hold is all that went: the gateway keeps nothing
      expect(taken).toBeLessThan(32);
      socket.terminate();
    },
  );
});

describe('the end of a terminal', () => {
  it('is heard at the other end, with its last words', async () => {
    await using gateway = await gatewayTo(door.address);
    const { socket, heard } = await visitor(gateway.url);
    const { socket: served } = await door.visit(door.visits.length);
    served.send('last words');
    served.close(1000, 'over');
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString(), heard.join()]).toEqual([1000, 'over', 'last words']);

    const other = await visitor(gateway.url);
    const { socket: left } = await door.visit(door.visits.length);
    other.socket.terminate();
    await closed(left);
  });

  it('T21: frees its place, of which there are so many in all and for one address', async () => {
    await using gateway = await gatewayTo(door.address, { settings: { terminals: 4, terminalAddress: door.address } });
    const first = await openTerminal(gateway.url);
    expect(await dialTerminal(gateway.url)).toMatchObject({
      status: 503,
      message: 'too many terminals are open, in all or from your address; try again',
      headers: { 'retry-after': '1' },
    });
    first.terminate();
    const next = await eventually('a place to be free', async () => {
      const answer = await dialTerminal(gateway.url);
      return 'socket' in answer ? answer.socket : undefined;
    });
    next.terminate();
  });

  it('T21: is all that an address gets that asks for them faster than it may', async () => {
    const settings = { terminalAddress: door.address, publicCallsPerSecond: 1, burstSeconds: 3 };
    await using gateway = await gatewayTo(door.address, { settings });
    const asked = await Promise.all(Array.from({ length: 10 }, () => dialTerminal(gateway.url)));
    const opened = asked.flatMap((answer) => ('socket' in answer ? [answer.socket] : []));
    expect(opened.length).toBeGreaterThanOrEqual(3);
    expect(opened.length).toBeLessThan(10);
    expect(asked.find((answer) => 'status' in answer)).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    for (const socket of opened) socket.terminate();
  });

  it('F53: comes at once when the gateway stops, and the next gateway takes the client again', async () => {
    const gateway = await gatewayTo(door.address);
    const { socket } = await visitor(gateway.url);
    const { socket: served } = await door.visit(door.visits.length);
    await Promise.all([gateway[Symbol.asyncDispose](), closed(socket), closed(served)]);
    await using successor = await gatewayTo(door.address);
    (await openTerminal(successor.url)).terminate();
  });

  it('F53: comes to the client when session-svc is killed', async () => {
    const own = await startDoor();
    await using gateway = await gatewayTo(own.address);
    const { socket } = await visitor(gateway.url);
    await own.visit();
    await own[Symbol.asyncDispose]();
    await closed(socket);
    expect(await dialTerminal(gateway.url)).toMatchObject({ status: 503 });
  });
});

describe('T2: over TLS', () => {
  const folder = tempDirectory('muster-terminal-');
  afterAll(() => folder[Symbol.dispose]());
  const authority = throwAwayAuthority(folder.path);
  const shown = authority.issue('localhost');
  const ca = new Certificates({ ca: authority.caFile }).current.ca!;

  it('terminals are opened on the same port, next to HTTP/2', async () => {
    await using gateway = await gatewayTo(door.address, {
      settings: { tlsCert: shown.certFile, tlsKey: shown.keyFile, terminalAddress: door.address },
    });
    const url = gateway.url.replace('127.0.0.1', 'localhost');
    const socket = await openTerminal(url, { ca, origin: url });
    const visit = await door.visit(door.visits.length);
    socket.send('typed');
    await expect.poll(() => visit.heard.join()).toBe('typed');
    expect(await dialTerminal(url, { ca, origin: url.replace('https', 'http') })).toMatchObject({ status: 403 });
    socket.terminate();
  });

  it('session-svc is asked with certificates on both sides, and nobody else is believed to be it', async () => {
    const { cert, key } = new Certificates({ cert: shown.certFile, key: shown.keyFile }).current;
    await using own = await startDoor({ tls: { cert: cert!, key: key!, ca } });
    const address = own.address.replace('127.0.0.1', 'localhost');
    const headers = { 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-version': '13' };
    const ask = async (certificates: Certificates) =>
      askDoor(doorAt(address, certificates), { headers, signal: new AbortController().signal });
    const files = { cert: shown.certFile, key: shown.keyFile, ca: authority.caFile };
    const opened = await ask(new Certificates(files));
    if (!('socket' in opened)) throw new Error(opened.message);
    opened.socket.destroy();
    const stranger = throwAwayAuthority(tempFolder('stranger'));
    expect(await ask(new Certificates({ ...files, ca: stranger.caFile }))).toMatchObject({ outcome: 'away' });
  });

  function tempFolder(name: string): string {
    return join(folder.path, name);
  }
});
