import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { verifyByUser } from '@muster/bus';
import { EnrollmentService, type RegisterInstanceRequest } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isRegistered, loadIdentity } from '../src/identity.ts';
import { greeted } from './fake-service.ts';
import { agentHere, agentProcess, ME } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const VALUE = 'ab'.repeat(32);
let gateway: AsyncDisposable & { url: string };
let registrations: RegisterInstanceRequest[];
let renewals: number;

beforeEach(async () => {
  registrations = [];
  renewals = 0;
  const { service } = machine;
  const publicKeys = new Map<string, string>();
  const credentials = async (instanceId: string) => ({
    servers: [service.nats.url],
    jwt: await service.userJwt(instanceId, publicKeys.get(instanceId)!, 3),
    signingKeys: Object.entries(service.signingKeys).map(([keyId, key]) => ({
      keyId,
      publicKey: Buffer.from(key, 'base64'),
    })),
  });
  gateway = await serve({
    async registerInstance(request) {
      registrations.push(request);
      if (request.registerCodeValue !== VALUE) throw new ConnectError('the register code is not valid', Code.NotFound);
      publicKeys.set('ins-enrolled', request.publicKey);
      return { instanceId: 'ins-enrolled', instanceName: 'web', credentials: await credentials('ins-enrolled') };
    },
    async renewCredentials({ instanceId, timestampMs, signature }) {
      const text = `renew\n${instanceId}\n${timestampMs}`;
      if (!verifyByUser(publicKeys.get(instanceId)!, text, signature))
        throw new ConnectError('no', Code.Unauthenticated);
      if (Math.abs(Number(timestampMs) - Date.now()) > 60_000) throw new ConnectError('late', Code.Unauthenticated);
      renewals += 1;
      return { credentials: await credentials(instanceId) };
    },
  });
});
afterEach(() => gateway[Symbol.asyncDispose]());

it('registers with a code, keeps its key to itself, and works from then on, past the end of its first credentials', async () => {
  const { service, dataDir } = machine;
  const codeFile = join(dataDir, 'code');
  writeFileSync(codeFile, `${VALUE}\n`);
  const { stdout } = await register('--code-value-file', codeFile, '--host-name', 'web-1');
  expect(stdout).toBe('registered as ins-enrolled (web)\n');
  expect(registrations).toMatchObject([{ hostName: 'web-1', systemName: 'Linux', registerCodeId: 'the-code' }]);
  for (const file of ['agent.json', 'nkey.seed']) expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dataDir, 'agent.json'), 'utf8')).not.toMatch(/"?seed|SU[A-Z2-7]{56}/);

  await using _agent = await agentHere(dataDir, await loadIdentity(dataDir));
  await greeted(service, 'ins-enrolled', 3);
  expect(renewals).toBeGreaterThanOrEqual(2);
  const task = service.send('ins-enrolled', { content: Buffer.from('true'), username: ME });
  await task.result;
});

it('renews credentials that ended while it was away', async () => {
  const { dataDir } = machine;
  await register('--code-value', VALUE);
  const { credentials } = await loadIdentity(dataDir);
  await eventually('the end of the credentials', () => Date.now() > credentials.receivedMs + 4_000);
  await using _agent = await agentHere(dataDir, await loadIdentity(dataDir));
  expect(renewals).toBeGreaterThan(0);
  await eventually('them on disk', async () => (await loadIdentity(dataDir)).credentials.jwt !== credentials.jwt);
});

it('says why it could not register, and tries again with the same key', async () => {
  const { dataDir } = machine;
  await expect(register('--code-value', 'wrong')).rejects.toMatchObject({
    stderr: 'muster-agent: the register code is not valid\n',
    code: 1,
  });
  expect(await isRegistered(dataDir)).toBe(false);
  await register('--code-value', VALUE);
  expect(new Set(registrations.map(({ publicKey }) => publicKey)).size).toBe(1);
  await expect(register('--code-value', VALUE)).rejects.toMatchObject({
    stderr: expect.stringContaining('registered already'),
  });
  expect(registrations).toHaveLength(2);
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
  const always = ['register', '--server', url, '--code-id', 'the-code', '--data-dir', machine.dataDir];
  return promisify(execFile)(process.execPath, [main, ...always, ...args]);
}

async function serve(handlers: ServiceImpl<typeof EnrollmentService>): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(connectNodeAdapter({ routes: (router) => router.service(EnrollmentService, handlers) }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
