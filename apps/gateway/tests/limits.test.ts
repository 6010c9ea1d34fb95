import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { CommandService, ErrorInfoSchema, InvocationService } from '@muster/contract';
import { bearer, callOf, grpcTransport } from '@muster/rpc';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
/** Releases every call that waits in the service. */
let release: () => void;
let released: Promise<void>;
let waiting = 0;
let leftMs: number | undefined;

beforeAll(async () => {
  const gate = Promise.withResolvers<void>();
  release = gate.resolve;
  released = gate.promise;
  fixture = await startFixture({
    settings: { callsUnderWay: 2, openStreams: 2, callSeconds: 5 },
    command: {
      createCommand: async () => ({ commandId: 'cmd-00000001' }),
      deleteCommand: async () => ({}),
      async describeCommands(_, context) {
        callOf(context).concernsCallerOnly();
        leftMs = context.timeoutMs();
        waiting++;
        await released;
        return {};
      },
    },
    invocation: {
      async *getTaskOutput(_, context) {
        callOf(context).concernsCallerOnly();
        yield {};
        await once(context.signal, 'abort');
      },
    },
  });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const path = `/${CommandService.typeName}/CreateCommand`;
const headers = { authorization: 'Bearer root', 'content-type': 'application/json' };
const post = (body: string | Uint8Array<ArrayBuffer>, more: Record<string, string> = {}) =>
  fetch(fixture.url + path, { method: 'POST', headers: { ...headers, ...more }, body });
const alive = async () => expect((await post('{}')).status).toBe(200);

describe('T21: what is too much for the gateway is refused, and it lives on', () => {
  it('a body of 10 MB', async () => {
    const answer = await post(JSON.stringify({ commandName: 'x'.repeat(10 << 20) }));
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({ code: 'resource_exhausted' });
    await alive();
  });

  it('a small body that unpacks to 100 MB', async () => {
    const packed = gzipSync(Buffer.alloc(100 << 20, ' '));
    expect(packed.length).toBeLessThan(1 << 20);
    const answer = await post(packed, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(429);
    await alive();
  });

  it.each([
    ['arrays', `{"tags":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['objects', `{"tags":${'[{"key":'.repeat(100_000)}1${'}]'.repeat(100_000)}}`],
    ['objects that no field names', `{"nobody":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
    ['brackets that never close', '['.repeat(1_000_000)],
  ])('100,000 nested %s', async (_, body) => {
    const answer = await post(body);
    // what no field names is ignored, as everywhere in protobuf's JSON
    expect([200, 400]).toContain(answer.status);
    expect(await answer.text()).not.toMatch(/node_modules|\.ts:/);
    await alive();
  });

  it('headers past 16 KB over HTTP/2', async () => {
    const session = connectHttp2(fixture.url);
    const request = session.request({ ':method': 'POST', ':path': path, ...headers, 'x-large': 'y'.repeat(40_000) });
    request.end('{}');
    const [response] = await once(request, 'response');
    expect(response[':status']).toBe(431);
    session.destroy();
    await alive();
  });

  it('more connections than there may be', async () => {
    await using small = await startFixture({ settings: { connections: 2 } });
    const { hostname, port } = new URL(small.url);
    const sockets = Array.from({ length: 2 }, () => connect(Number(port), hostname));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const third = connect(Number(port), hostname);
    await once(third, 'close');
    const [first] = sockets;
    first!.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(String(await once(first!, 'data'))).toContain('200 OK');
    for (const socket of sockets) socket.destroy();
  });
});

it('T21: a gRPC message past 4 MB is refused at the listeners of services too', async () => {
  const transport = grpcTransport({ address: fixture.services.command.address, interceptors: [bearer(() => 'root')] });
  const client = createClient(CommandService, transport);
  await expect(client.createCommand({ content: new Uint8Array(10 << 20) })).rejects.toMatchObject({
    code: Code.ResourceExhausted,
  });
  await expect(client.createCommand({})).resolves.toMatchObject({ commandId: 'cmd-00000001' });
  transport.close();
});

describe('F22: a service that does not answer', () => {
  const transport = () =>
    createConnectTransport({ baseUrl: fixture.url, httpVersion: '2', interceptors: [bearer(() => 'root')] });
  const BUSY = { code: Code.Unavailable, rawMessage: /2 .* are under way; try again in a second/ };

  it('holds no more calls than it may, none without a deadline, and none from other calls', async () => {
    const commands = createClient(CommandService, transport());
    const held = [commands.describeCommands({}), commands.describeCommands({}, { timeoutMs: 60_000 })];
    await expect.poll(() => waiting).toBe(2);
    expect(leftMs).toBeLessThanOrEqual(5_000);
    const refused = (await commands.describeCommands({}).catch(ConnectError.from)) as ConnectError;
    expect(refused).toMatchObject(BUSY);
    expect(refused.findDetails(ErrorInfoSchema)[0]).toMatchObject({
      reason: 'ServiceUnavailable',
      metadata: { retryAfterMs: '1000' },
    });
    // the other services are as far away as ever
    await expect(createClient(InvocationService, transport()).describeInvocations({})).rejects.toMatchObject({
      rawMessage: 'the test does not script this',
    });
    release();
    await Promise.all(held);
    await expect(commands.createCommand({})).resolves.toMatchObject({ commandId: 'cmd-00000001' });
  });

  it('holds no more streams than it may, until one ends', async () => {
    const invocations = createClient(InvocationService, transport());
    const open = async () => {
      const leaving = new AbortController();
      const messages = invocations.getTaskOutput({}, { signal: leaving.signal })[Symbol.asyncIterator]();
      await messages.next();
      return leaving;
    };
    const first = await open();
    const second = await open();
    await expect(open()).rejects.toMatchObject(BUSY);
    first.abort();
    const third = await eventually('a place', () => open().catch(() => undefined));
    second.abort();
    third.abort();
  });
});
