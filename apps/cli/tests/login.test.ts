import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startFakeGateway } from './fake-gateway.ts';
import { fleet } from './fleet.ts';
import { type Home, home } from './muster.ts';
import { SECRET_ID, SECRET_KEY } from './world.ts';

const tokenFile = ({ configFile }: Home) => configFile.replace('.json', '.tokens.json');
const mode = (path: string) => statSync(path).mode & 0o777;
const keyOf = (url: string) => ['--url', url, '--secret-id', SECRET_ID, '--secret-key-stdin'];

describe('muster login', () => {
  test('with a key proves it, saves it for its owner only, and whoami answers', async () => {
    await using gateway = await startFakeGateway([]);
    using user = home(undefined);
    const { stdout, exitCode } = await user.muster(['login', ...keyOf(`${gateway.url}/`)], {
      input: `${SECRET_KEY}\n`,
    });
    expect({ stdout, exitCode }).toEqual({
      stdout: `logged in to ${gateway.url} as root (100001); context \`default\` is the current one\n`,
      exitCode: 0,
    });
    expect([mode(user.configFile), mode(tokenFile(user))]).toEqual([0o600, 0o600]);
    expect(JSON.parse(readFileSync(user.configFile, 'utf8'))).toEqual({
      current: 'default',
      contexts: { default: { url: gateway.url, secretId: SECRET_ID, secretKey: SECRET_KEY } },
    });
    expect((await user.muster(['whoami'])).stdout).toContain(`name     root\nuin      100001\n`);
    expect(gateway.callsOf('ExchangeAccessKey')).toHaveLength(1);
  });

  test('with a wrong key saves nothing', async () => {
    await using gateway = await startFakeGateway([]);
    using user = home(undefined);
    const { stderr, exitCode } = await user.muster(['login', ...keyOf(gateway.url)], { input: 'wrong' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the signature does not fit [AuthFailure.SignatureFailure]');
    expect(() => statSync(user.configFile)).toThrow('ENOENT');
  });

  test('with a password keeps the token and not the password; an ended one says how to log in again', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(undefined);
    const args = ['login', '--url', gateway.url, '--user', 'ana', '--password-stdin'];
    expect((await user.muster(args, { input: 'Correct-1\n' })).exitCode).toBe(0);
    const kept = readFileSync(user.configFile, 'utf8') + readFileSync(tokenFile(user), 'utf8');
    expect(kept).not.toContain('Correct-1');
    expect((await user.muster(['instance', 'list'])).stdout).toContain('web-1');
    gateway.tokens.clear();
    const ended = await user.muster(['instance', 'list']);
    expect(ended).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('muster login') });
    const again = await user.muster(['instance', 'list']);
    expect(again.stderr).toContain(
      `the login of ana at ${gateway.url} has ended; type \`muster login --url ${gateway.url} --user ana --context default\``,
    );
  });

  test.each([
    ['without a URL', ['--secret-id', 'x', '--secret-key-stdin'], '--url is missing'],
    ['without a key', ['--url', 'http://127.0.0.1:1'], '--secret-id is missing'],
    ['with something that is no URL', ['--url', 'localhost:8080'], '`localhost:8080` is not the URL of a gateway'],
  ])('%s off a terminal says what to give', async (_, args, words) => {
    using user = home(undefined);
    const { stderr, exitCode } = await user.muster(['login', ...args], { input: 'x' });
    expect({ exitCode, said: stderr.includes(words) }).toEqual({ exitCode: 1, said: true });
  });
});

describe('tokens', () => {
  test('are kept between commands, and replaced when the gateway has ended them', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    for (let round = 0; round < 2; round++) expect((await user.muster(['instance', 'list'])).exitCode).toBe(0);
    expect(gateway.callsOf('ExchangeAccessKey')).toHaveLength(1);
    gateway.tokens.clear();
    expect((await user.muster(['instance', 'list'])).exitCode).toBe(0);
    expect(gateway.callsOf('ExchangeAccessKey')).toHaveLength(2);
  });

  test('end with logout, which forgets the secrets and keeps the URL', async () => {
    await using gateway = await startFakeGateway([]);
    using user = home(gateway.url);
    await user.muster(['whoami']);
    expect((await user.muster(['logout'])).exitCode).toBe(0);
    expect(gateway.tokens.size).toBe(0);
    const kept = readFileSync(user.configFile, 'utf8') + readFileSync(tokenFile(user), 'utf8');
    expect(kept).not.toContain(SECRET_KEY);
    expect(kept).not.toContain('token-');
    const { stderr, exitCode } = await user.muster(['whoami']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`not logged in to ${gateway.url}; type \`muster login --url ${gateway.url}`);
  });
});

describe('contexts', () => {
  test('are listed, shown without secrets, switched, chosen for one command, and deleted', async () => {
    await using here = await startFakeGateway(fleet('here-1'));
    await using there = await startFakeGateway(fleet('there-1'));
    using user = home(here.url);
    await user.muster(['login', '--context', 'there', ...keyOf(there.url)], { input: SECRET_KEY });
    const list = async () => JSON.parse((await user.muster(['context', 'list', '--json'])).stdout) as object;
    expect(await list()).toMatchObject({
      Contexts: [
        { Name: 'test', Current: false },
        { Name: 'there', Current: true },
      ],
    });
    expect((await user.muster(['context', 'show'])).stdout).not.toContain(SECRET_KEY);
    await user.muster(['context', 'use', 'test']);
    expect((await user.muster(['instance', 'list'])).stdout).toContain('here-1');
    expect((await user.muster(['instance', 'list', '--context', 'there'])).stdout).toContain('there-1');
    expect((await user.muster(['instance', 'list'], { env: { MUSTER_CONTEXT: 'there' } })).stdout).toContain('there-1');
    await user.muster(['context', 'delete', 'test']);
    expect(await list()).toMatchObject({ Contexts: [{ Name: 'there' }] });
    const { stderr, exitCode } = await user.muster(['context', 'use', 'test']);
    expect({ stderr, exitCode }).toEqual({ stderr: 'muster: no context `test`; there is `there`\n', exitCode: 5 });
  });

  test('a file that others can read is warned about', async () => {
    await using gateway = await startFakeGateway([]);
    using user = home(gateway.url);
    chmodSync(user.configFile, 0o644);
    expect((await user.muster(['whoami'])).stderr).toBe(`others can read your keys: chmod 600 ${user.configFile}\n`);
  });

  test.each([
    ['no JSON', '{', 'is not a JSON object'],
    ['a context without a URL', '{"current":"a","contexts":{"a":{}}}', 'context `a` needs a url'],
    [
      'a key that is no text',
      '{"current":"a","contexts":{"a":{"url":"http://x","secretKey":1}}}',
      'secretKey must be text',
    ],
  ])('a broken file is named: %s', async (_, content, words) => {
    using user = home('http://127.0.0.1:1');
    writeFileSync(user.configFile, content);
    const { stderr, exitCode } = await user.muster(['whoami']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(user.configFile);
    expect(stderr).toContain(words);
  });
});

describe('a gateway that is away', () => {
  test('is named with its URL', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    using user = home(`http://127.0.0.1:${port}`);
    const { stderr, exitCode } = await user.muster(['whoami']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `muster: http://127.0.0.1:${port} does not answer: nobody listens there [ServiceUnavailable]`,
    );
    expect(stderr).not.toContain('    at ');
    expect((await user.muster(['whoami'], { env: { MUSTER_DEBUG: '1' } })).stderr).toContain('    at ');
  });

  test('is told from a server that is something else', async () => {
    const other = createHttpServer((_, response) => response.writeHead(404).end('not here'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as { port: number }).port}`;
    using user = home(url);
    const { stderr } = await user.muster(['whoami']);
    other.close();
    expect(stderr).toBe(`muster: ${url} does not speak Muster; is it the URL of the gateway?\n`);
  });

  test('nobody who is not logged in is left without advice', async () => {
    using user = home(undefined);
    expect(await user.muster(['ps'])).toMatchObject({
      exitCode: 1,
      stderr: 'muster: not logged in; type `muster login --url http://HOST:PORT --secret-id ID`\n',
    });
  });
});
