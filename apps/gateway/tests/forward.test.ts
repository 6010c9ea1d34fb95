import { Code, ConnectError, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import {
  AuthorizationService,
  CommandInternalService,
  CommandService,
  ErrorInfoSchema,
  InvocationService,
} from '@muster/contract';
import { notFound } from '@muster/kernel';
import { bearer, callOf, grpcTransport } from '@muster/rpc';
import { ACCOUNT_UIN } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

/** Every way to call the gateway: our own protocols and a client that is plain grpc-js. */
const PROTOCOLS: [name: string, (url: string, interceptors: Interceptor[]) => Transport][] = [
  [
    'Connect on HTTP/1.1',
    (baseUrl, interceptors) => createConnectTransport({ baseUrl, interceptors, httpVersion: '1.1' }),
  ],
  [
    'Connect in JSON on HTTP/2',
    (baseUrl, interceptors) =>
      createConnectTransport({ baseUrl, interceptors, httpVersion: '2', useBinaryFormat: false }),
  ],
  [
    'gRPC-Web on HTTP/1.1',
    (baseUrl, interceptors) => createGrpcWebTransport({ baseUrl, interceptors, httpVersion: '1.1' }),
  ],
  ['gRPC', (baseUrl, interceptors) => createGrpcTransport({ baseUrl, interceptors })],
  ['gRPC from grpc-js', (url, interceptors) => grpcTransport({ address: url.slice('http://'.length), interceptors })],
];

interface Seen {
  caller: string;
  headers: Headers;
  timeoutMs: number | undefined;
}

let fixture: Fixture;
let seen: Seen;
const streams: { ended: Promise<void> }[] = [];

beforeAll(async () => {
  fixture = await startFixture({
    command: {
      createCommand: ({ commandName }, context) => {
        seen = { caller: callOf(context).caller.uin, headers: context.requestHeader, timeoutMs: context.timeoutMs() };
        return { commandId: `cmd-${commandName}` };
      },
      async deleteCommand({ commandId }, context) {
        await callOf(context).authorize([{ resource: `qcs::tat:ap-guangzhou::command/${commandId}` }]);
        throw notFound('ResourceNotFound.CommandNotFound', 'command', commandId);
      },
      modifyCommand: () => {
        throw new Error('the disk at /secret/place is full');
      },
      describeCommands: (_, { signal }) =>
        new Promise((_, reject) => {
          const ended = new Promise<void>((resolve) =>
            signal.addEventListener('abort', () => resolve(), { once: true }),
          );
          streams.push({ ended });
          void ended.then(() => reject(new Error('gone')));
        }),
    },
    invocation: {
      async *getTaskOutput({ invocationTaskId, follow }, context) {
        await callOf(context).authorize([{ resource: 'qcs::cvm:ap-guangzhou::instance/ins-abcdefgh' }]);
        const ended = new Promise<void>((resolve) =>
          context.signal.addEventListener('abort', () => resolve(), { once: true }),
        );
        streams.push({ ended });
        const data = new TextEncoder().encode('0123456789');
        for (let offset = 0; offset < 100; offset += 10) yield { chunk: { invocationTaskId, offset, data } };
        if (follow) await ended;
        else throw notFound('ResourceNotFound', 'rest of task', invocationTaskId);
      },
    },
  });
});
afterAll(() => fixture[Symbol.asyncDispose]());

function infoOf(error: ConnectError) {
  return error.findDetails(ErrorInfoSchema)[0];
}

describe.each(PROTOCOLS)('%s', (_, transportTo) => {
  const connect = (credential = 'root', extra: Interceptor[] = []) =>
    transportTo(fixture.url, [bearer(() => credential), ...extra]);

  it('forwards a call with its credential, request id and deadline', async () => {
    const client = createClient(CommandService, connect());
    const answer = await client.createCommand(
      { commandName: 'a', content: new Uint8Array([1]) },
      { headers: { 'x-request-id': 'request-of-mine' }, timeoutMs: 20_000 },
    );
    expect(answer.commandId).toBe('cmd-a');
    expect(seen.caller).toBe(ACCOUNT_UIN);
    expect(seen.headers.get('x-request-id')).toBe('request-of-mine');
    expect(seen.timeoutMs).toBeGreaterThan(10_000);
    expect(seen.timeoutMs).toBeLessThanOrEqual(20_000);
  });

  it('T10: vouches for the address of the socket and lets no header of that kind in', async () => {
    const spoof: Interceptor = (next) => (request) => {
      request.header.set('x-muster-forwarded-for', '6.6.6.6');
      request.header.set('x-muster-forwarder-token', 'forged');
      request.header.set('x-muster-admin', 'yes');
      request.header.set('x-forwarded-for', '6.6.6.6');
      return next(request);
    };
    await createClient(CommandService, connect('root', [spoof])).createCommand({ commandName: 'a' });
    expect(seen.headers.get('x-muster-forwarded-for')).toBe('127.0.0.1');
    expect(await fixture.forwarderOf(seen.headers.get('x-muster-forwarder-token')!)).toBe('gateway');
    expect(seen.headers.get('x-muster-admin')).toBeNull();
    expect(seen.headers.get('x-forwarded-for')).toBeNull();
  });

  it('passes refusals with code, text and details', async () => {
    const error = await createClient(CommandService, connect())
      .deleteCommand({ commandId: 'cmd-none' })
      .catch(ConnectError.from);
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: 'no command `cmd-none`' });
    expect(infoOf(error as ConnectError)).toMatchObject({
      reason: 'ResourceNotFound.CommandNotFound',
      domain: 'muster',
    });
  });

  it('passes denials with their action and resource, and keeps faults to itself', async () => {
    fixture.authorizer.decide = (action) => action !== 'tat:DeleteCommand';
    const client = createClient(CommandService, connect('user'));
    const denied = (await client.deleteCommand({ commandId: 'cmd-abcdefgh' }).catch(ConnectError.from)) as ConnectError;
    fixture.authorizer.decide = () => true;
    expect(denied.code).toBe(Code.PermissionDenied);
    expect(infoOf(denied)?.metadata).toMatchObject({
      action: 'tat:DeleteCommand',
      resource: 'qcs::tat:ap-guangzhou::command/cmd-abcdefgh',
    });
    const fault = (await client.modifyCommand({ commandId: 'cmd-abcdefgh' }).catch(ConnectError.from)) as ConnectError;
    expect(fault.code).toBe(Code.Internal);
    expect(fault.rawMessage).not.toContain('secret');
  });

  it('forwards a stream message by message, with the refusal at its end', async () => {
    const client = createClient(InvocationService, connect());
    const offsets: number[] = [];
    const reading = (async () => {
      for await (const { chunk } of client.getTaskOutput({ invocationTaskId: 'invt-abcdefgh' }))
        offsets.push(chunk!.offset);
    })();
    const error = (await reading.catch(ConnectError.from)) as ConnectError;
    expect(offsets).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
    expect(error.code).toBe(Code.NotFound);
    expect(infoOf(error)?.reason).toBe('ResourceNotFound');
  });

  it('tells the service when the caller leaves a stream', async () => {
    const leaving = new AbortController();
    const client = createClient(InvocationService, connect());
    let read = 0;
    const reading = (async () => {
      for await (const _chunk of client.getTaskOutput({ follow: true }, { signal: leaving.signal })) {
        if (++read === 10) leaving.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: Code.Canceled });
    await streams.at(-1)!.ended;
  });

  it('tells the service when the caller gives up on a call', async () => {
    const before = streams.length;
    const leaving = new AbortController();
    const waiting = createClient(CommandService, connect()).describeCommands({}, { signal: leaving.signal });
    await expect.poll(() => streams.length).toBe(before + 1);
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ code: Code.Canceled });
    await streams.at(-1)!.ended;
  });

  it.each([AuthorizationService, CommandInternalService])('does not know $typeName', async (service) => {
    const transport = connect('service:gateway');
    const method = service.methods[0]!;
    const call = transport.unary(method as never, undefined, 5_000, undefined, {});
    await expect(call).rejects.toMatchObject({ code: Code.Unimplemented });
  });
});

it('says a service is away without naming its address', async () => {
  await using lonely = await startFixture();
  await lonely.services.command[Symbol.asyncDispose]();
  const transport = createConnectTransport({
    baseUrl: lonely.url,
    httpVersion: '1.1',
    interceptors: [bearer(() => 'root')],
  });
  const error = (await createClient(CommandService, transport)
    .describeCommands({})
    .catch(ConnectError.from)) as ConnectError;
  expect(error.code).toBe(Code.Unavailable);
  expect(infoOf(error)?.reason).toBe('ServiceUnavailable');
  expect(error.rawMessage).not.toMatch(/127\.0\.0\.1|ECONN/);
});

it('keeps a deadline that the service lets pass', async () => {
  const transport = createConnectTransport({
    baseUrl: fixture.url,
    httpVersion: '2',
    interceptors: [bearer(() => 'root')],
  });
  const error = (await createClient(CommandService, transport)
    .describeCommands({}, { timeoutMs: 1_000 })
    .catch(ConnectError.from)) as ConnectError;
  expect(error.code).toBe(Code.DeadlineExceeded);
  await streams.at(-1)!.ended;
});

it('refuses a body past 4 MB', async () => {
  const transport = createConnectTransport({
    baseUrl: fixture.url,
    httpVersion: '1.1',
    interceptors: [bearer(() => 'root')],
  });
  const call = createClient(CommandService, transport).createCommand({ content: new Uint8Array(5 << 20) });
  await expect(call).rejects.toMatchObject({ code: Code.ResourceExhausted });
});

describe('T17: a page of another site', () => {
  const path = () => `${fixture.url}/${CommandService.typeName}/CreateCommand`;
  const credential = { authorization: 'Bearer root', cookie: 'token=root; authorization=Bearer root' };

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'calls nothing by a form of type `%s` that holds JSON',
    async (type) => {
      const headers = { ...credential, origin: 'https://evil.example', ...(type ? { 'content-type': type } : {}) };
      const body = Buffer.from('{"commandName":"forged","content":"dHJ1ZQ==","x":"="}');
      const answer = await fetch(path(), { method: 'POST', headers, body });
      expect(answer.status).toBe(415);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('is let in by no preflight, by no GET and by no cookie', async () => {
    const asking = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const preflight = await fetch(path(), {
      method: 'OPTIONS',
      headers: { ...asking, 'access-control-request-headers': 'authorization,content-type' },
    });
    expect(preflight.ok).toBe(false);
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    const query = `?encoding=json&connect=v1&message=${encodeURIComponent('{"commandName":"forged"}')}`;
    expect((await fetch(path() + query, { headers: credential })).status).toBe(405);
    const byCookie = await fetch(path(), {
      method: 'POST',
      headers: { cookie: credential.cookie, 'content-type': 'application/json' },
      body: '{"commandName":"forged"}',
    });
    expect(byCookie.status).toBe(401);
    expect(byCookie.headers.getSetCookie()).toEqual([]);
  });
});
