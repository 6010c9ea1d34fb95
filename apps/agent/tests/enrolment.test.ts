import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '@muster/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isRegistered, loadIdentity } from '../src/identity.ts';
import { CODE_ID, CODE_VALUE, type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { greeted } from './fake-service.ts';
import { agentHere, agentProcess, ME } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
let gateway: FakeGateway;

beforeEach(async () => {
  gateway = await startFakeGateway(machine.service, { credentialSeconds: 3 });
});
afterEach(() => gateway[Symbol.asyncDispose]());

it('registers with a code, keeps its key to itself, and works from then on, past the end of its first credentials', async () => {
  const { service, dataDir } = machine;
  const codeFile = join(dataDir, 'code');
  writeFileSync(codeFile, `${CODE_VALUE}\n`);
  const { stdout } = await register('--code-value-file', codeFile, '--host-name', 'web-1');
  expect(stdout).toBe('registered as ins-enrolled (web)\n');
  expect(gateway.registrations).toMatchObject([{ hostName: 'web-1', systemName: 'Linux', registerCodeId: CODE_ID }]);
  for (const file of ['agent.json', 'nkey.seed']) expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dataDir, 'agent.json'), 'utf8')).not.toMatch(/"?seed|SU[A-Z2-7]{56}/);

  await using _agent = await agentHere(dataDir, await loadIdentity(dataDir));
  await greeted(service, 'ins-enrolled', 3);
  expect(gateway.renewals).toBeGreaterThanOrEqual(2);
  const task = service.send('ins-enrolled', { content: Buffer.from('true'), username: ME });
  // who has just got a session may not listen to it yet; a service sends again, too
  const sendAgain = () => {
    service.deliver(task);
    return task.starts.length;
  };
  await expect.poll(sendAgain, { interval: 250 }).toBeGreaterThan(0);
  await task.result;
});

it('renews credentials that ended while it was away', async () => {
  const { dataDir } = machine;
  await register('--code-value', CODE_VALUE);
  const { credentials } = await loadIdentity(dataDir);
  await eventually('the end of the credentials', () => Date.now() > credentials.receivedMs + 4_000);
  await using _agent = await agentHere(dataDir, await loadIdentity(dataDir));
  expect(gateway.renewals).toBeGreaterThan(0);
  await eventually('them on disk', async () => (await loadIdentity(dataDir)).credentials.jwt !== credentials.jwt);
});

it('says why it could not register, and tries again with the same key', async () => {
  const { dataDir } = machine;
  await expect(register('--code-value', 'wrong')).rejects.toMatchObject({
    stderr: 'muster-agent: the register code is not valid\n',
    code: 1,
  });
  expect(await isRegistered(dataDir)).toBe(false);
  await register('--code-value', CODE_VALUE);
  expect(new Set(gateway.registrations.map(({ publicKey }) => publicKey)).size).toBe(1);
  await expect(register('--code-value', CODE_VALUE)).rejects.toMatchObject({
    stderr: expect.stringContaining('registered already'),
  });
  expect(gateway.registrations).toHaveLength(2);
});

it('gives up its identity and all that it did as that one when it is to be another machine', async () => {
  const { dataDir } = machine;
  await register('--code-value', CODE_VALUE);
  {
    await using _agent = await agentHere(dataDir, await loadIdentity(dataDir));
    expect(existsSync(join(dataDir, 'journal'))).toBe(true);
  }
  await register('--code-value', CODE_VALUE, '--again');
  expect(new Set(gateway.registrations.map(({ publicKey }) => publicKey)).size).toBe(2);
  expect(existsSync(join(dataDir, 'journal'))).toBe(false);
});

it('stops when it is told to, also while the bus cannot be reached', async () => {
  const { identity, dataDir } = machine;
  const away = { ...identity, credentials: { ...identity.credentials, servers: ['nats://127.0.0.1:9'] } };
  const agent = await agentProcess(dataDir, away, { MUSTER_LOG_LEVEL: 'info' });
  await eventually('the first attempt', () => agent.log().includes('connecting'));
  await agent.stop('SIGTERM');
  expect(agent.child.exitCode).toBe(0);
});

function register(...args: string[]) {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const { url } = gateway;
  const always = ['register', '--server', url, '--code-id', CODE_ID, '--data-dir', machine.dataDir];
  return promisify(execFile)(process.execPath, [main, ...always, ...args]);
}
