import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { tempDirectory } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

const folder = tempDirectory();
const SCRIPT = '#!/bin/sh\necho installed\n';
const PROGRAM = Buffer.alloc(3 << 20, 'agent');
let gateway: Fixture;

beforeAll(async () => {
  writeFileSync(join(folder.path, 'install.sh'), SCRIPT);
  writeFileSync(join(folder.path, 'muster-agent.tgz'), PROGRAM);
  writeFileSync(join(folder.path, 'secret'), 'nobody');
  mkdirSync(join(folder.path, '.work-1'));
  gateway = await startFixture({ agentDir: folder.path });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const get = (path: string, init?: RequestInit) => fetch(`${gateway.url}${path}`, init);

it('serves the script and the program to anybody, whole', async () => {
  const script = await get('/agent/install.sh');
  expect([script.status, script.headers.get('content-type'), await script.text()]).toEqual([
    200,
    'text/x-shellscript; charset=utf-8',
    SCRIPT,
  ]);
  const program = await get('/agent/muster-agent.tgz?from=here');
  expect(program.headers.get('content-length')).toBe(String(PROGRAM.length));
  expect(Buffer.from(await program.arrayBuffer()).equals(PROGRAM)).toBe(true);
});

it('serves them over HTTP/2 too', async () => {
  const session = connect(gateway.url);
  const stream = session.request({ ':path': '/agent/muster-agent.tgz' });
  const body = await buffer(stream);
  session.close();
  expect(body.equals(PROGRAM)).toBe(true);
});

it('says how large they are without sending them', async () => {
  const answer = await get('/agent/muster-agent.tgz', { method: 'HEAD' });
  expect([answer.headers.get('content-length'), await answer.text()]).toEqual([String(PROGRAM.length), '']);
});

it.each([
  '/agent/secret',
  '/agent/',
  '/agent/.work-1',
  '/agent/%2e%2e/install.sh',
  '/agent/node-linux-x64.gz',
  '/agent/constructor',
])('has nothing else below /agent/: %s', async (path) => {
  expect((await get(path)).status).toBe(404);
});

it('lives through a reader who leaves in the middle', async () => {
  const aborted = new AbortController();
  const answer = await get('/agent/muster-agent.tgz', { signal: aborted.signal });
  await answer.body!.getReader().read();
  aborted.abort();
  expect((await get('/agent/install.sh')).status).toBe(200);
});

it('says that it serves no agent where it has none', async () => {
  await using bare = await startFixture();
  const answer = await fetch(`${bare.url}/agent/install.sh`);
  expect([answer.status, await answer.json()]).toEqual([404, { message: 'this gateway serves no agent' }]);
});
