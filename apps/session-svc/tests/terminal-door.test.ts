import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { SessionMode } from '@muster/contract';
import { serviceIdentity } from '@muster/rpc';
import { INPUT_WINDOW } from '@muster/terminal';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLOSE } from '../src/relay/close-codes.ts';
import { MACHINE, type RelayFixture, startRelayFixture } from './relay-fixture.ts';
import { gatewayHeaders, ScriptedClient } from './scripted-client.ts';

let fixture: RelayFixture;
beforeAll(async () => {
  fixture = await startRelayFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** What an upgrade without a WebSocket library is answered with. */
async function answerTo(path: string, headers: Record<string, string>): Promise<number> {
  const [host, port] = fixture.door.address.split(':');
  const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
  const call = request({
    host,
    port,
    path,
    headers: { ...upgrade, 'Sec-WebSocket-Key': `${'x'.repeat(22)}==`, ...headers },
  });
  call.end();
  const answer = await Promise.race([
    once(call, 'response').then(([response]) => response.statusCode as number),
    once(call, 'upgrade').then(([response, socket]) => {
      socket.destroy();
      return response.statusCode as number;
    }),
  ]);
  call.destroy();
  return answer;
}

const ticket = async (credential = 'user-1') => {
  const opened = await fixture.sessions(credential).openSession({ instanceId: MACHINE });
  return { sessionId: opened.ticket!.sessionId, ticket: opened.ticket!.ticket, token: credential };
};

describe('the door', () => {
  it('lets the gateway in, to /terminal, and nobody else', async () => {
    const own = await fixture.door.headers();
    expect(await answerTo('/terminal', own)).toBe(101);
    expect(await answerTo('/terminal?ticket=x', own)).toBe(403);
    expect(await answerTo('/', own)).toBe(403);
    expect(await answerTo('/terminal', {})).toBe(403);
    const forged = serviceIdentity('gateway', generateKeyPairSync('ed25519').privateKey);
    expect(await answerTo('/terminal', gatewayHeaders(await forged.token()))).toBe(403);
    expect((await fetch(`http://${fixture.door.address}/terminal`)).status).toBe(404);
  });

  it('waits for the first frame for five seconds', async () => {
    const client = await ScriptedClient.connect(fixture.door);
    await eventually('the close', () => client.closed);
    expect(client.closed).toMatchObject({ code: CLOSE.TOO_LATE });
  });

  it.each([
    ['text', 'hello'],
    ['a frame of an unknown kind', Uint8Array.of(99)],
    ['a frame that may not come first', Uint8Array.of(5, 0, 80, 0, 24)],
    ['a frame of the wrong length', Uint8Array.of(5, 0)],
  ])('takes no %s', async (_, data) => {
    const client = await ScriptedClient.connect(fixture.door);
    client.sendRaw(data);
    await eventually('the close', () => client.closed);
    expect(client.closed).toMatchObject({ code: CLOSE.FAULT });
  });

  it('takes no frame that is longer than any can be', async () => {
    const client = await ScriptedClient.connect(fixture.door);
    client.sendRaw(new Uint8Array(100_000));
    await eventually('the close', () => client.closed);
    expect(client.closed).toMatchObject({ code: 1009 });
  });
});

describe('T16: a ticket', () => {
  it('opens nothing twice', async () => {
    const once = await ticket();
    expect((await ScriptedClient.hello(fixture.door, once)).welcome).toBeDefined();
    expect((await ScriptedClient.hello(fixture.door, once)).closed).toMatchObject({ code: CLOSE.NOT_KNOWN });
  });

  it('opens nothing for another principal, and is as good as before for its own', async () => {
    const mine = await ticket('user-2');
    const stolen = await ScriptedClient.hello(fixture.door, { ...mine, token: 'root' });
    expect(stolen.closed).toMatchObject({ code: CLOSE.NOT_KNOWN });
    expect((await ScriptedClient.hello(fixture.door, mine)).welcome).toBeDefined();
  });

  it('opens nothing with a wrong token, or as something that cannot be a ticket', async () => {
    const mine = await ticket('user-3');
    const wrong = await ScriptedClient.hello(fixture.door, { ...mine, token: 'forged' });
    expect(wrong.closed).toMatchObject({ code: CLOSE.NOT_KNOWN });
    const none = await ScriptedClient.hello(fixture.door, { ticket: 'x', token: 'user-3' });
    expect(none.closed).toMatchObject({ code: CLOSE.NOT_KNOWN });
  });

  it('opens nothing after its thirty seconds', async () => {
    const mine = await ticket('user-4');
    fixture.clock.ahead += 30_000;
    expect((await ScriptedClient.hello(fixture.door, mine)).closed).toMatchObject({ code: CLOSE.NOT_KNOWN });
    fixture.clock.ahead = 0;
  });
});

describe('a client', () => {
  it('that types past what it was granted is let go, and its shell stays', async () => {
    const { sessionId, client } = await fixture.open();
    fixture.machine.shell(sessionId).reads = false;
    for (let offset = 0; offset < INPUT_WINDOW; offset += 16_384)
      client.send({ kind: 'data', offset, bytes: new Uint8Array(16_384) });
    client.send({ kind: 'data', offset: INPUT_WINDOW, bytes: new Uint8Array(1) });
    await eventually('the close', () => client.closed);
    expect(client.closed).toMatchObject({ code: CLOSE.FAULT });
    const back = await fixture.resume(sessionId);
    expect(back.welcome).toMatchObject({ drives: true, inputNext: INPUT_WINDOW });
  });

  it('that acknowledges what was never sent is let go', async () => {
    const { client } = await fixture.open();
    client.send({ kind: 'ack', acknowledged: 5, limit: 10, resend: false });
    await eventually('the close', () => client.closed);
    expect(client.closed).toMatchObject({ code: CLOSE.FAULT });
  });

  it('that says what only the service says is let go', async () => {
    const { client } = await fixture.open();
    client.send({ kind: 'state', state: 'live', until: undefined });
    await eventually('the close', () => client.closed);
    expect(client.closed).toMatchObject({ code: CLOSE.FAULT });
  });

  it('hears that the service is there while nothing happens', async () => {
    const { sessionId, client } = await fixture.open();
    const watcher = await fixture.join(sessionId, SessionMode.WATCH);
    const count = client.frames.length;
    await eventually('a word', () => client.frames.length > count && watcher.frames.length > 1);
    expect(client.frames.at(-1)).toMatchObject({ kind: 'ack' });
  });
});
