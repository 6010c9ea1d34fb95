import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandService, InvocationService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, INDEX, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** A bare socket to the gateway and all that it answers until it closes. */
function dial(url: string): { socket: Socket; answer: Promise<string> } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  return { socket, answer: once(socket, 'close').then(() => text) };
}

describe('the site', () => {
  it('serves the page for every route of its own, always asked about again', async () => {
    for (const path of ['/', '/invocations/inv-abcdefgh', '/commands?page=2']) {
      const answer = await fetch(fixture.url + path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(await answer.text()).toBe(INDEX);
    }
  });

  it('serves hashed files for ever, compressed, and answers 304 when they are known', async () => {
    const asset = `${fixture.url}/assets/app-1a2b3c4d.js`;
    const answer = await fetch(asset, { headers: { 'accept-encoding': 'br' } });
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect(await answer.text()).toContain('long long');
    const known = await fetch(asset, { headers: { 'if-none-match': answer.headers.get('etag')! } });
    expect(known.status).toBe(304);
  });

  it('T15: runs no inline script, sits in no frame and tells nobody where it came from', async () => {
    const { headers } = await fetch(fixture.url);
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src|unsafe-eval/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it.each(['/assets/none.js', '/..%2f..%2fetc/passwd.txt', '/%2e%2e/package.json', '/favicon.ico'])(
    'has no file %s',
    async (path) => {
      expect((await fetch(fixture.url + path)).status).toBe(404);
    },
  );

  it('is no answer to a method that does not exist', async () => {
    const path = '/muster.iam.v1.AuthorizationService/Authorize';
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(fixture.url + path, { method });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'unimplemented' });
    }
  });
});

describe('the probes', () => {
  it('says alive always and ready while every service answers that the rest cannot do without', async () => {
    await using own = await startFixture();
    expect((await fetch(`${own.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${own.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({
      ready: true,
      services: { iam: true, command: true, invocation: true, session: true },
    });
    await own.services.session[Symbol.asyncDispose]();
    const rest = await fetch(`${own.url}/readyz`);
    expect(rest.status).toBe(200);
    expect(await rest.json()).toMatchObject({ ready: true, services: { iam: true, session: false } });
    await own.services.invocation[Symbol.asyncDispose]();
    const missing = await fetch(`${own.url}/readyz`);
    expect(missing.status).toBe(503);
    expect(await missing.json()).toMatchObject({ ready: false, services: { iam: true, invocation: false } });
  });
});

describe('the port', () => {
  it('understands a client that sends byte by byte', async () => {
    const { socket, answer } = dial(fixture.url);
    for (const byte of 'GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n') {
      await new Promise<void>((resolve) => socket.write(byte, () => resolve()));
    }
    expect(await answer).toContain('{"alive":true}');
  });

  it.each([
    ['no host', 'POST /muster.iam.v1.TokenService/Login HTTP/1.0\r\ncontent-length: 0\r\n\r\n'],
    [
      'a host that is none',
      'POST /muster.iam.v1.TokenService/Login HTTP/1.1\r\nhost: [\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
    ],
    ['a header past the limit', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`],
    ['nonsense', 'PRxxxx\r\n\r\n'],
  ])('refuses %s and lives on', async (_, text) => {
    const { socket, answer } = dial(fixture.url);
    socket.write(text);
    expect(await answer).toMatch(/^HTTP\/1\.1 4\d\d/);
    expect((await fetch(`${fixture.url}/healthz`)).status).toBe(200);
  });

  const hasty = { headersMs: 300, requestMs: 300, stallMs: 300, idleMs: 300 };

  it.each([
    ['says nothing', ''],
    ['stops within the preface', 'PR'],
    ['stops within the headers', 'GET / HTTP/1.1\r\nhost:'],
    [
      'stops within the body',
      'POST /muster.iam.v1.TokenService/Login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    ],
    [
      'stops within the body of a call of API 3.0',
      'POST / HTTP/1.1\r\nhost: x\r\nx-tc-action: DescribeCommands\r\ncontent-length: 9\r\n\r\n{',
    ],
  ])('cuts a client that %s', async (_, text) => {
    await using own = await startFixture({ patience: hasty });
    const { socket, answer } = dial(own.url);
    socket.write(text);
    expect(await answer).not.toContain('200 OK');
  });

  it('cuts an HTTP/2 request whose body does not come', async () => {
    await using own = await startFixture({ patience: hasty });
    const session = connectHttp2(own.url);
    const request = session.request(
      {
        ':method': 'POST',
        ':path': `/${CommandService.typeName}/CreateCommand`,
        'content-type': 'application/json',
      },
      { endStream: false },
    );
    request.on('error', () => {});
    await new Promise((resolve) => request.once('close', resolve));
    expect(request.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    session.destroy();
  });

  it.each([
    ['at once', 0],
    ['after a silence', 3 * hasty.stallMs],
  ])('cuts a reader that takes nothing of what comes %s, and the service hears of it', async (_, silenceMs) => {
    const ended = Promise.withResolvers<void>();
    await using own = await startFixture({
      patience: hasty,
      invocation: {
        async *getTaskOutput(_, context) {
          await callOf(context).authorize([{ resource: '*' }]);
          context.signal.addEventListener('abort', () => ended.resolve());
          await sleep(silenceMs);
          for (;;) yield { chunk: { data: new Uint8Array(1 << 20) } };
        },
      },
    });
    const session = connectHttp2(own.url);
    const request = session.request({
      ':method': 'POST',
      ':path': `/${InvocationService.typeName}/GetTaskOutput`,
      'content-type': 'application/connect+json',
      authorization: 'Bearer root',
    });
    request.on('error', () => {});
    request.pause();
    request.end(Buffer.concat([Buffer.from([0, 0, 0, 0, 2]), Buffer.from('{}')]));
    await ended.promise;
    session.destroy();
  });

  it('closes an HTTP/2 connection that asks for nothing any more, also when it was quiet with a stream before', async () => {
    await using own = await startFixture({
      patience: { ...hasty, requestMs: 5_000 },
      invocation: {
        async *getTaskOutput(_, context) {
          await callOf(context).authorize([{ resource: '*' }]);
          await sleep(3 * hasty.idleMs);
          yield {};
        },
      },
    });
    const session = connectHttp2(own.url);
    const request = session.request({
      ':method': 'POST',
      ':path': `/${InvocationService.typeName}/GetTaskOutput`,
      'content-type': 'application/connect+json',
      authorization: 'Bearer root',
    });
    request.resume();
    request.end(Buffer.concat([Buffer.from([0, 0, 0, 0, 2]), Buffer.from('{}')]));
    await once(request, 'close');
    expect(request.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    await once(session, 'close');
  });

  it('closes while a stream is open, and tells its reader to come again', async () => {
    const own = await startFixture({
      invocation: {
        async *getTaskOutput(_, context) {
          await callOf(context).authorize([{ resource: '*' }]);
          yield { chunk: { data: new Uint8Array(1) } };
          await once(context.signal, 'abort');
        },
      },
    });
    const answer = await fetch(`${own.url}/${InvocationService.typeName}/GetTaskOutput`, {
      method: 'POST',
      headers: { 'content-type': 'application/connect+json', authorization: 'Bearer root' },
      body: Buffer.concat([Buffer.from([0, 0, 0, 0, 2]), Buffer.from('{}')]),
    });
    const reader = answer.body!.getReader();
    await reader.read();
    const closing = own.gateway[Symbol.asyncDispose]();
    let rest = '';
    for (let step = await reader.read(); !step.done; step = await reader.read())
      rest += new TextDecoder().decode(step.value);
    expect(rest).toContain('"unavailable"');
    await closing;
    await own[Symbol.asyncDispose]();
  });
});
