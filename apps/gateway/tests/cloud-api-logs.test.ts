import { connect as connectHttp2, constants } from 'node:http2';
import { inspect } from 'node:util';
import { callOf } from '@muster/rpc';
import type { Logger } from '@muster/telemetry';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ApiClient, apiClient, tc3, v1 } from './api-client.ts';
import { type Fixture, startFixture } from './fixture.ts';

const lines: Record<string, unknown>[] = [];
const note = (level: string) => (data: object, text: string) => void lines.push({ level, text, ...data });
const logger = {
  debug: note('debug'),
  info: note('info'),
  warn: note('warn'),
  error: note('error'),
} as unknown as Logger;

let fixture: Fixture;
let client: ApiClient;

beforeAll(async () => {
  fixture = await startFixture({
    logger,
    command: {
      describeCommands: (_, context) => {
        callOf(context).concernsCallerOnly();
        return { totalCount: 0 };
      },
    },
  });
  client = apiClient(fixture.url);
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(() => {
  lines.length = 0;
});

it('every request to the API has a line with its id, action, code, caller and time', async () => {
  const good = await client.call({ action: 'DescribeCommands' });
  const refused = await client.call({ action: 'DescribeCommands', content: '{"Nothing":1}' });
  const unknown = await client.call({ action: 'DescribeCommands', secretId: 'AKIDnobody' });
  const base = { level: 'debug', text: 'call', method: 'tat:DescribeCommands', ms: expect.any(Number) };
  expect(lines).toEqual([
    { ...base, code: 'OK', caller: 'root', requestId: good.RequestId },
    { ...base, code: 'UnknownParameter', caller: 'root', requestId: refused.RequestId },
    { ...base, code: 'AuthFailure.SecretIdNotFound', caller: undefined, requestId: unknown.RequestId },
  ]);
});

it.each(['HTTP/1.1', 'HTTP/2'])(
  'a client that leaves in the middle of its request is no fault, over %s',
  async (protocol) => {
    const { host: _, ...headers } = tc3({ host: client.host, action: 'DescribeCommands' }).headers;
    if (protocol === 'HTTP/2') {
      const session = connectHttp2(fixture.url);
      const stream = session.request({ ':method': 'POST', ':path': '/', ...headers });
      stream.on('error', () => {});
      await new Promise((resolve) => stream.write('{', resolve));
      stream.close(constants.NGHTTP2_CANCEL);
      await new Promise((resolve) => stream.once('close', resolve));
      session.close();
    } else {
      const leaving = new AbortController();
      const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{')) });
      const sent = fetch(fixture.url, { method: 'POST', headers, body, duplex: 'half', signal: leaving.signal });
      await fetch(`${fixture.url}/healthz`);
      leaving.abort();
      await expect(sent).rejects.toThrow();
    }
    await expect.poll(() => lines).toEqual([expect.objectContaining({ level: 'debug', text: 'a client left' })]);
  },
);

it('a service that is away is told with the id of the request, and no line ever holds a signature or a token', async () => {
  const token = 'token-of-a-session';
  const { headers, ...signed } = tc3({
    host: client.host,
    action: 'DescribeCommands',
    headers: { 'x-tc-token': token },
  });
  await client.send({ ...signed, headers });
  const query = v1({ host: client.host, method: 'GET' }, { Action: 'DescribeCommands', Token: token });
  await client.send(query);
  await fixture.services.command[Symbol.asyncDispose]();
  const away = await client.send({ ...signed, headers });
  expect(away.Error!.Code).toBe('ServiceUnavailable');
  expect(lines.filter(({ requestId }) => requestId === away.RequestId).map(({ level }) => level)).toEqual([
    'warn',
    'debug',
  ]);
  expect(lines.length).toBeGreaterThan(3);
  const said = inspect(lines, { depth: 20 });
  const signature = new URLSearchParams(query.target.slice(2)).get('Signature')!;
  for (const secret of [headers.authorization!.slice(-64), signature, token]) expect(said).not.toContain(secret);
});
