import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { FORWARDED_FOR, FORWARDER_TOKEN } from '@muster/rpc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, INDEX, startFixture } from './fixture.ts';
import { dialTerminal, openTerminal, type ScriptedDoor, startDoor } from './scripted-door.ts';

let door: ScriptedDoor;
let fixture: Fixture;
let host: string;
beforeAll(async () => {
  door = await startDoor();
  fixture = await startFixture({
    settings: { terminalAddress: door.address, terminalOrigins: 'https://ops.example' },
  });
  host = new URL(fixture.url).host;
});
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await door[Symbol.asyncDispose]();
});

const statusOf = async (options: Parameters<typeof dialTerminal>[1]) => {
  const answer = await dialTerminal(fixture.url, options);
  if ('status' in answer) return answer.status;
  answer.socket.terminate();
  return 101;
};
const handshake = (lines: string) =>
  `GET /terminal HTTP/1.1\r\nhost: ${host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${lines}\r\n`;
const KEY = 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const VERSION = 'sec-websocket-version: 13\r\n';

/** The first line that a bare socket is answered with. */
async function answerTo(text: string): Promise<string> {
  const socket = connect(Number(new URL(fixture.url).port), '127.0.0.1');
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString().split('\r\n', 1)[0]!;
}

describe('who may ask for a terminal', () => {
  it('is whoever is no page, the gateway’s own pages, and those of origins that are listed', async () => {
    expect(await statusOf({})).toBe(101);
    expect(await statusOf({ origin: `http://${host}` })).toBe(101);
    expect(await statusOf({ origin: 'https://ops.example' })).toBe(101);
  });

  it.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1',
    'http://127.0.0.1.evil.example',
    'https://ops.example:8443',
  ])('T16: is no page of %s', async (origin) => {
    const before = door.visits.length;
    expect(await dialTerminal(fixture.url, { origin })).toMatchObject({
      status: 403,
      message: 'pages of this origin may not open terminals here',
    });
    expect(door.visits).toHaveLength(before);
  });

  it('T16: is no page that says another host than it asks', async () => {
    expect(await statusOf({ origin: `http://${host}`, headers: { host: 'evil.example' } })).toBe(403);
    expect(await statusOf({ headers: { origin: [`http://${host}`, 'https://evil.example'] } as never })).toBe(403);
  });
});

describe('a handshake', () => {
  it('tells session-svc the client’s address with the gateway’s own token, and nothing else of the client', async () => {
    const count = door.visits.length + 1;
    const socket = await openTerminal(fixture.url, {
      headers: {
        [FORWARDED_FOR]: '203.0.113.9',
        [FORWARDER_TOKEN]: 'mine',
        authorization: 'Bearer root',
        cookie: 'session=1',
        'x-anything': 'else',
      },
    });
    const { headers, url } = (await door.visit(count)).request;
    expect(url).toBe('/terminal');
    expect(headers[FORWARDED_FOR]).toBe('127.0.0.1');
    expect(await fixture.forwarderOf(String(headers[FORWARDER_TOKEN]))).toBe('gateway');
    expect(new Set(Object.keys(headers))).toEqual(
      new Set([
        ...['connection', 'host', 'upgrade', 'sec-websocket-key', 'sec-websocket-version', 'x-request-id'],
        ...[FORWARDED_FOR, FORWARDER_TOKEN],
      ]),
    );
    socket.terminate();
  });

  it('T16: carries no ticket in its address', async () => {
    const before = door.visits.length;
    expect(await dialTerminal(fixture.url, { path: '/terminal?ticket=abc' })).toMatchObject({
      status: 400,
      message: 'a terminal takes no query: tickets go into the first frame',
    });
    expect(await answerTo(handshake(KEY + VERSION).replace('/terminal', '/terminal?'))).toMatch(/^HTTP\/1\.1 400 /);
    expect(door.visits).toHaveLength(before);
  });

  it.each([
    ['no key', VERSION, 400],
    ['a key that is none', `${VERSION}sec-websocket-key: abc\r\n`, 400],
    ['another version', `${KEY}sec-websocket-version: 8\r\n`, 426],
    ['a body', `${KEY}${VERSION}content-length: 5\r\n`, 400],
    ['a body in chunks', `${KEY}${VERSION}transfer-encoding: chunked\r\n`, 400],
  ])('with %s is refused', async (_, lines, status) => {
    expect(await answerTo(handshake(lines))).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('with more headers than a request may have opens nothing', async () => {
    const before = door.visits.length;
    const socket = connect(Number(new URL(fixture.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write(handshake(`${KEY}${VERSION}x: ${'y'.repeat(20_000)}\r\n`));
    await once(socket, 'close');
    expect(door.visits).toHaveLength(before);
  });

  it('is needed: without one the address is a page like any other, and no other address changes protocols', async () => {
    const page = await fetch(`${fixture.url}/terminal`);
    expect(await page.text()).toBe(INDEX);
    expect(
      await answerTo(`GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`),
    ).toBe('HTTP/1.1 200 OK');
    expect(await answerTo(handshake('').replace('websocket', 'h2c'))).toBe('HTTP/1.1 200 OK');
  });

  it('is not offered over HTTP/2, so browsers make a connection of their own for it', async () => {
    const session = connectHttp2(fixture.url);
    const [settings] = await once(session, 'remoteSettings');
    expect(settings).toMatchObject({ enableConnectProtocol: false });
    session.destroy();
  });
});

describe('when session-svc', () => {
  it.each<[string, number | undefined, number, string]>([
    ['is away', undefined, 503, 'terminals cannot be reached; try again'],
    ['takes nobody', 503, 503, 'terminals cannot be reached; try again'],
    ['does not know the gateway', 403, 502, 'the door for terminals answered with status 403'],
    ['fails', 500, 502, 'the door for terminals answered with status 500'],
  ])('%s, the answer says so', async (_, refuseWith, status, message) => {
    const own = await startDoor(refuseWith === undefined ? {} : { refuseWith });
    if (refuseWith === undefined) await own[Symbol.asyncDispose]();
    await using gateway = await startFixture({ settings: { terminalAddress: own.address } });
    const answer = await dialTerminal(gateway.url);
    if (refuseWith !== undefined) await own[Symbol.asyncDispose]();
    expect(answer).toMatchObject({ status, message });
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });
});

it('counts those who ask by what became of it, and those who are there', async () => {
  await using own = await startFixture({ settings: { terminalAddress: door.address } });
  const metrics = async () => (await fetch(`http://${own.gateway.metricsAddress}/metrics`)).text();
  const socket = await openTerminal(own.url);
  await dialTerminal(own.url, { origin: 'https://evil.example' });
  await dialTerminal(own.url, { path: '/terminal?x' });
  const text = await metrics();
  for (const outcome of ['opened', 'origin', 'malformed'])
    expect(text).toContain(`muster_terminal_handshakes_total{outcome="${outcome}"} 1`);
  expect(text).toContain('\nmuster_terminals 1\n');
  socket.close();
  await expect.poll(metrics).toContain('\nmuster_terminals 0\n');
});
