import { fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntilReachable } from '@muster/rpc';
import { startNatsServer, tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';

const main = new URL('../src/main.ts', import.meta.url).pathname;
const { PATH, NODE_COMPILE_CACHE } = process.env;

it('says when it is ready and where, and stops when asked to', async () => {
  await using nats = await startNatsServer();
  using folder = tempDirectory();
  const serviceKey = join(folder.path, 'service.pem');
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(serviceKey, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const child = fork(main, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      PATH,
      NODE_COMPILE_CACHE,
      MUSTER_DATA_DIR: join(folder.path, 'data'),
      MUSTER_MASTER_KEY_FILE: join(folder.path, 'master.key'),
      MUSTER_SERVICE_KEY: serviceKey,
      MUSTER_SERVICE_KEYS_DIR: folder.path,
      MUSTER_IAM_ADDRESS: '127.0.0.1:1',
      MUSTER_COMMAND_ADDRESS: '127.0.0.1:1',
      MUSTER_NATS_URL: nats.url,
      MUSTER_NATS_CREDS: nats.installation.credsFile('invocation-svc'),
      MUSTER_NATS_CONTROL_CREDS: nats.installation.credsFile('control'),
      MUSTER_NATS_OPERATOR_SIGNING_SEED: nats.installation.operatorSigningFile,
      MUSTER_NATS_SERVICES_ACCOUNT: nats.installation.servicesAccount,
      MUSTER_LOG_LEVEL: 'warn',
    },
  });
  let log = '';
  child.stderr!.on('data', (chunk) => {
    log += String(chunk);
  });
  const exited = once(child, 'exit');
  const [message] = await Promise.race([once(child, 'message'), exited.then(() => expect.unreachable(log))]);
  expect(message).toEqual({ ready: true, address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
  await waitUntilReachable((message as { address: string }).address, 5_000);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(log).toBe('');
});

it('names every setting that is missing', async () => {
  const child = fork(main, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { PATH, NODE_COMPILE_CACHE } });
  let log = '';
  child.stderr!.on('data', (chunk) => {
    log += String(chunk);
  });
  const [code] = await once(child, 'exit');
  expect(code).toBe(1);
  for (const name of ['MUSTER_DATA_DIR', 'MUSTER_NATS_CONTROL_CREDS', 'MUSTER_COMMAND_ADDRESS']) {
    expect(log).toContain(name);
  }
});
