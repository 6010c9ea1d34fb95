import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { CommandService } from '@muster/contract';
import { bearer, callOf } from '@muster/rpc';
import { tempDirectory, throwAwayAuthority } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, tc3 } from './api-client.ts';
import { type Fixture, INDEX, startFixture } from './fixture.ts';

const folder = tempDirectory('muster-tls-');
const authority = throwAwayAuthority(folder.path);
const { certFile: tlsCert, keyFile: tlsKey } = authority.issue('localhost');
const ca = readFileSync(authority.caFile);

const command: Parameters<typeof startFixture>[0] = {
  command: {
    describeCommands: (_, context) => {
      callOf(context).concernsCallerOnly();
      return { totalCount: 7 };
    },
  },
};

afterAll(() => folder[Symbol.dispose]());

describe.each([
  ['plaintext', {}],
  ['TLS', { tlsCert, tlsKey }],
])('over %s, one port', (security, settings) => {
  let fixture: Fixture;
  let host: string;

  beforeAll(async () => {
    fixture = await startFixture({ ...command, settings });
    host = new URL(fixture.url).host;
  });
  afterAll(() => fixture[Symbol.asyncDispose]());

  /** What a bare HTTP/1.1 request gets: status line, headers and body. */
  async function http1(text: string, body: Uint8Array = Buffer.alloc(0)): Promise<string> {
    const [name, port] = [fixture.url.slice(fixture.url.indexOf('//') + 2).split(':')[0]!, Number(host.split(':')[1])];
    const socket =
      security === 'TLS' ? connectTls({ host: name, port, ca, ALPNProtocols: ['http/1.1'] }) : connect(port, name);
    socket.write(`${text}\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`);
    socket.write(body);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    return answer;
  }

  async function signed(method: 'POST' | 'GET', shape = (headers: [string, string][]) => headers): Promise<Answer> {
    const region = { 'x-tc-region': 'ap-guangzhou' };
    const { target, headers, body } = tc3({ host, method, action: 'DescribeCommands', headers: region });
    const lines = shape(Object.entries(headers)).map(([name, value]) => `\r\n${name}:${value}`);
    return responseOf(await http1(`${method} ${target} HTTP/1.1${lines.join('')}`, body));
  }

  it.each(['POST', 'GET'] as const)('answers a signed %s over HTTP/1.1', async (method) => {
    expect(await signed(method)).toMatchObject({ TotalCount: 7 });
  });

  it.each(['POST', 'GET'] as const)('answers a signed %s over HTTP/2, whose host is its authority', async (method) => {
    const session = connectHttp2(fixture.url, { ca });
    const { headers, target, body } = tc3({ host, action: 'DescribeCommands', method });
    const { host: of, ...rest } = headers;
    const stream = session.request({ ':method': method, ':path': target, ':authority': of!, ...rest });
    if (method === 'POST') stream.end(body);
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
    });
    await once(stream, 'end');
    session.close();
    expect((JSON.parse(text) as { Response: Answer }).Response).toMatchObject({ TotalCount: 7 });
  });

  it('takes headers whose names are written in any case, with blanks around their values', async () => {
    const shout = (headers: [string, string][]) =>
      headers.map(([name, value]): [string, string] => [name.toUpperCase(), `  ${value} `]);
    expect(await signed('POST', shout)).toMatchObject({ TotalCount: 7 });
  });

  it.each(['x-tc-action', 'x-tc-region', 'authorization', 'content-type'])('refuses two headers %s', async (name) => {
    const twice = (headers: [string, string][]) => [...headers, headers.find(([each]) => each === name)!];
    expect(await signed('POST', twice)).toMatchObject({
      Error: { Code: 'InvalidParameter', Message: `the header \`${name}\` is given more than once` },
    });
  });

  it('serves the console', async () => {
    expect(await http1(`GET /?page=2&Actions=none HTTP/1.1\r\nhost: ${host}`)).toContain(INDEX);
  });

  it('T17: takes no form of another site, calls nothing by other methods, and lets no other site read an answer', async () => {
    const evil = `host: ${host}\r\norigin: https://evil.example\r\nx-tc-action: DescribeCommands`;
    const put = await http1(`PUT / HTTP/1.1\r\n${evil}`);
    const preflight = await http1(`OPTIONS / HTTP/1.1\r\n${evil}\r\naccess-control-request-method: POST`);
    for (const answer of [put, preflight]) expect(answer).toMatch(/^HTTP\/1.1 404/);
    const fields = Buffer.from('Action=DescribeCommands&Version=2020-10-28&Timestamp=1');
    const cookie = 'content-type: application/x-www-form-urlencoded\r\ncookie: authorization=Bearer root';
    const form = await http1(`POST / HTTP/1.1\r\nhost: ${host}\r\norigin: https://evil.example\r\n${cookie}`, fields);
    expect(responseOf(form)).toMatchObject({ Error: { Code: 'MissingParameter', Message: '`SecretId` is missing' } });
    for (const answer of [put, preflight, form]) expect(answer.toLowerCase()).not.toMatch(/access-control-|set-cookie/);
  });

  const nodeOptions = { ca };
  const interceptors = [bearer(() => 'root')];
  it.each<[string, (baseUrl: string) => Transport]>([
    ['Connect', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1', nodeOptions, interceptors })],
    ['gRPC-Web', (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '2', nodeOptions, interceptors })],
    ['gRPC', (baseUrl) => createGrpcTransport({ baseUrl, nodeOptions, interceptors })],
  ])('speaks %s', async (_, transportTo) => {
    const client = createClient(CommandService, transportTo(fixture.url));
    expect(await client.describeCommands({})).toMatchObject({ totalCount: 7 });
  });
});

function responseOf(answer: string): Answer {
  expect(answer).toMatch(/^HTTP\/1.1 200/);
  return (JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { Response: Answer }).Response;
}
