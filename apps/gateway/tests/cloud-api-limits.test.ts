import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { callOf } from '@muster/rpc';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type ApiClient, apiClient, codeOf, tc3, v1 } from './api-client.ts';
import { type Fixture, startFixture } from './fixture.ts';
import { USER } from './signatures.ts';

const COMMAND: NonNullable<Parameters<typeof startFixture>[0]>['command'] = {
  createCommand: () => ({ commandId: 'cmd-00000001' }),
  deleteCommand: (_, context) => {
    callOf(context).concernsCallerOnly();
    return {};
  },
  describeCommands: (_, context) => {
    callOf(context).concernsCallerOnly();
    return { totalCount: 7 };
  },
};

describe('T21: a request to the API that is too large', () => {
  let fixture: Fixture;
  let client: ApiClient;
  let host: string;

  beforeAll(async () => {
    fixture = await startFixture({
      command: {
        ...COMMAND,
        previewReplacedCommandContent: (_, context) => {
          callOf(context).concernsCallerOnly();
          return { replacedContent: new Uint8Array(17 << 20) };
        },
      },
    });
    client = apiClient(fixture.url);
    host = client.host;
  });
  afterAll(() => fixture[Symbol.asyncDispose]());

  const dial = () => {
    const { hostname, port } = new URL(fixture.url);
    return connect(Number(port), hostname);
  };

  it('may have 4 MB, and not a byte more', async () => {
    const content = (bytes: number) => `{"CommandName":"x","Content":"","Description":"${'y'.repeat(bytes - 49)}"}`;
    const whole = content(4 << 20);
    expect(whole.length).toBe(4 << 20);
    expect(await client.call({ action: 'CreateCommand', content: whole })).toMatchObject({ CommandId: 'cmd-00000001' });
    expect(await client.call({ action: 'CreateCommand', content: `${whole} ` })).toMatchObject({
      Error: { Code: 'RequestSizeLimitExceeded', Message: 'a body may have 4194304 bytes, this one has more' },
    });
  });

  it('may have 1 MB when it is signed with version 1', async () => {
    const signed = (bytes: number) =>
      v1(
        { host, method: 'POST' },
        { Action: 'CreateCommand', CommandName: 'x', Content: '', Description: 'y'.repeat(bytes) },
      );
    expect(await codeOf(client.send(signed(1_000_000)))).toBeUndefined();
    expect(await codeOf(client.send(signed(1 << 20)))).toBe('RequestSizeLimitExceeded');
  });

  it('is answered while it is still being sent, and read no further', async () => {
    const socket = dial();
    socket.on('error', () => {});
    const { headers } = tc3({ host, action: 'CreateCommand' });
    const lines = Object.entries({ ...headers, 'transfer-encoding': 'chunked' });
    socket.write(`POST / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const chunk = `${(1 << 16).toString(16)}\r\n${'x'.repeat(1 << 16)}\r\n`;
    let sent = 0;
    const send = () => {
      do sent += chunk.length;
      while (sent < 64 << 20 && socket.write(chunk));
    };
    socket.on('drain', send);
    send();
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.off('drain', send);
    expect(String(answer)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*connection: close[\s\S]*RequestSizeLimitExceeded/i);
    await closed;
    expect(sent).toBeLessThan(32 << 20);
  });

  it('is answered over HTTP/2 likewise, and other streams go on', async () => {
    const session = connectHttp2(fixture.url);
    const { host: authority, ...headers } = tc3({ host, action: 'CreateCommand' }).headers;
    const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': authority!, ...headers });
    stream.on('error', () => {});
    stream.write(Buffer.alloc((4 << 20) + 1));
    expect(await textOf(stream)).toContain('RequestSizeLimitExceeded');
    const small = tc3({ host, action: 'DescribeCommands', method: 'GET' });
    const { host: _, ...smallHeaders } = small.headers;
    const next = session.request({ ':path': small.target, ':authority': authority!, ...smallHeaders });
    expect(await textOf(next)).toContain('"TotalCount":7');
    session.destroy();
  });

  const target = (bytes: number) => `Content=&CommandName=${'x'.repeat(bytes - '/?Content=&CommandName='.length)}`;
  const get = (bytes: number) => tc3({ host, action: 'CreateCommand', method: 'GET', content: target(bytes) });

  it.each(['HTTP/1.1', 'HTTP/2'])(
    'may have 32 KB of target as a GET over %s, besides 16 KB of headers',
    async (protocol) => {
      const send = protocol === 'HTTP/2' ? over2 : over1;
      expect(await send(get(32 << 10))).toEqual([200, expect.stringContaining('cmd-00000001')]);
      expect(await send(get((32 << 10) + 1))).toEqual([200, expect.stringContaining('RequestSizeLimitExceeded')]);
      const large = get(32 << 10);
      expect(await send({ ...large, headers: { ...large.headers, 'x-large': 'y'.repeat(15_000) } })).toEqual([
        200,
        expect.stringContaining('cmd-00000001'),
      ]);
      const small = get(1_000);
      expect((await send({ ...small, headers: { ...small.headers, 'x-large': 'y'.repeat(17_000) } }))[0]).toBe(431);
    },
  );

  it('and whose target cannot even be read costs nobody else anything', async () => {
    const [status] = await over1(get(100_000)).catch(() => ['cut']);
    expect(status).not.toBe(200);
    expect(await codeOf(client.call({ action: 'DescribeCommands' }))).toBeUndefined();
  });

  it('in its answer is told so', async () => {
    expect(await client.call({ action: 'PreviewReplacedCommandContent' })).toMatchObject({
      Error: { Code: 'ResponseSizeLimitExceeded' },
    });
  });

  type Sent = Pick<ReturnType<typeof tc3>, 'target' | 'headers'>;

  async function over1({ target: path, headers }: Sent): Promise<[number, string]> {
    const socket = dial();
    const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    const text = await textOf(socket);
    return [Number(text.slice('HTTP/1.1 '.length, 12)), text];
  }

  async function over2({ target: path, headers: { host: authority, ...headers } }: Sent): Promise<[number, string]> {
    const session = connectHttp2(fixture.url);
    const stream = session.request({ ':path': path, ':authority': authority!, ...headers });
    const [response] = (await once(stream, 'response')) as [{ ':status': number }];
    const text = await textOf(stream);
    session.destroy();
    return [response[':status'], text];
  }
});

it('T21: bodies of one address hold a quarter of the memory for bodies, until they end', async () => {
  await using fixture = await startFixture({ command: COMMAND, settings: { apiBodyMegabytes: 1 } });
  const { host, call } = apiClient(fixture.url);
  const content = `{"Content":"","CommandName":"${'x'.repeat(150_000)}"}`;
  const socket = half(fixture.url, tc3({ host, action: 'CreateCommand', content }));
  const refused = await eventually('the memory to be taken', async () => {
    const { Error: error } = await call({ action: 'CreateCommand', content });
    return error;
  });
  expect(refused).toEqual({
    Code: 'RequestLimitExceeded',
    Message: '262144 bytes of requests from this address are under way; try again in a second',
  });
  expect(await codeOf(call({ action: 'CreateCommand', content: '{"CommandName":"x","Content":""}' }))).toBeUndefined();
  socket.destroy();
  await eventually('the memory to be free', async () => !(await call({ action: 'CreateCommand', content })).Error);
});

/** Sends all of a request but the end of its body. */
function half(url: string, { headers, body }: ReturnType<typeof tc3>): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) });
  socket.write(`POST / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  socket.write(body.subarray(0, -2));
  return socket;
}

describe('T31: calls of the API are counted', () => {
  // as many as a slow machine cannot make in the time that fills a bucket
  const flood = async (call: () => Promise<Answer>) => {
    const answers = await Promise.all(Array.from({ length: 40 }, call));
    return answers.map(({ Error: error }) => error).filter((error) => error !== undefined);
  };

  it('for each user and each action by itself, when they are authenticated', async () => {
    const settings = { apiCallsPerSecond: 1, apiCallRates: 'CreateCommand=100,DeleteCommand=0' };
    await using fixture = await startFixture({ command: COMMAND, settings });
    const { call } = apiClient(fixture.url);
    const refused = await flood(() => call({ action: 'DescribeCommands' }));
    expect(refused.length).toBeGreaterThan(0);
    for (const { Code, Message } of refused) {
      expect(Code).toBe('RequestLimitExceeded');
      expect(Message).toMatch(
        /^tat:DescribeCommands may be called 1 times a second by one account; try again in \d+ ms$/,
      );
    }
    expect(await codeOf(call({ action: 'DescribeCommands', secretId: USER }))).toBeUndefined();
    expect(await flood(() => call({ action: 'CreateCommand', content: '{"CommandName":"x","Content":""}' }))).toEqual(
      [],
    );
    expect(await flood(() => call({ action: 'DeleteCommand', content: '{"CommandId":"cmd-00000001"}' }))).toEqual([]);
  });

  it.each([
    [
      'AuthFailure.SecretIdNotFound',
      'nobody can authenticate them',
      { action: 'DescribeCommands', secretId: 'AKIDnobody' },
    ],
    ['InvalidAction', 'they are no calls at all', { action: 'Nothing' }],
  ])('for each address, and end in %s until there are too many, when %s', async (code, _, request) => {
    await using fixture = await startFixture({ command: COMMAND, settings: { publicCallsPerSecond: 1 } });
    const { call } = apiClient(fixture.url);
    expect(await flood(() => call({ action: 'DescribeCommands' }))).toEqual([]);
    const codes = [];
    for (let n = 0; n < 20; n++) codes.push(await codeOf(call(request)));
    expect(codes[0]).toBe(code);
    expect(new Set(codes)).toEqual(new Set([code, 'RequestLimitExceeded']));
  });

  it('by limits whose names are those of actions', async () => {
    const settings = { apiCallRates: 'RunComand=5' };
    await expect(startFixture({ settings })).rejects.toThrow('MUSTER_API_CALL_RATES: there is no action `RunComand`');
  });
});

describe('F22: a service that does not answer', () => {
  /** Holds calls of DescribeCommands until the gate opens. */
  const gated = () => {
    const gate = Promise.withResolvers<void>();
    let waiting = 0;
    const describeCommands: NonNullable<typeof COMMAND>['describeCommands'] = async (_, context) => {
      callOf(context).concernsCallerOnly();
      waiting++;
      await gate.promise;
      return {};
    };
    return { command: { ...COMMAND, describeCommands }, waiting: () => waiting, open: () => gate.resolve() };
  };

  it('is unavailable while it is busy, and when it is away', async () => {
    const { command, waiting, open } = gated();
    await using fixture = await startFixture({ command, settings: { callsUnderWay: 1 } });
    const { call } = apiClient(fixture.url);
    const held = call({ action: 'DescribeCommands' });
    await expect.poll(waiting).toBe(1);
    expect((await call({ action: 'DescribeCommands' })).Error).toEqual({
      Code: 'ServiceUnavailable',
      Message: '1 calls to command-svc are under way; try again in a second',
    });
    open();
    expect(await codeOf(held)).toBeUndefined();
    const away = { Code: 'ServiceUnavailable', Message: 'the service cannot be reached; try again' };
    await fixture.services.command[Symbol.asyncDispose]();
    expect((await call({ action: 'DescribeCommands' })).Error).toEqual(away);
    await fixture.services.iam[Symbol.asyncDispose]();
    expect((await call({ action: 'GetCallerIdentity', version: '2018-08-13' })).Error).toEqual(away);
  });

  it('is unavailable when it takes too long', async () => {
    const { command, open } = gated();
    await using fixture = await startFixture({ command, settings: { callSeconds: 1 } });
    const slow = await apiClient(fixture.url).call({ action: 'DescribeCommands' });
    open();
    expect(slow.Error).toEqual({
      Code: 'ServiceUnavailable',
      Message: 'the deadline passed before the service answered',
    });
  });
});

it('a client that leaves takes its call along, as with the other protocols', async () => {
  const called = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  await using fixture = await startFixture({
    command: {
      async createCommand(_, { signal }) {
        signal.addEventListener('abort', () => ended.resolve());
        called.resolve();
        await ended.promise;
        return {};
      },
    },
  });
  const content = '{"CommandName":"x","Content":""}';
  const { headers, body } = tc3({ host: new URL(fixture.url).host, action: 'CreateCommand', content });
  const { host: _, ...sent } = headers;
  const leaving = new AbortController();
  const answer = fetch(fixture.url, { method: 'POST', headers: sent, body, signal: leaving.signal });
  await called.promise;
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await ended.promise;
});

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
