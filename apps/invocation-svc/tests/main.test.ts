import { join } from 'node:path';
import { waitUntilReachable } from '@muster/rpc';
import { startNatsServer, startProgram, tempDirectory, writeServiceKey } from '@muster/testkit';
import { expect, it } from 'vitest';

const main = join(import.meta.dirname, '../src/main.ts');

it('says when it is ready and where, and stops when asked to', { timeout: 60_000 }, async () => {
  await using nats = await startNatsServer();
  using folder = tempDirectory();
  await using service = await startProgram(main, {
    environment: {
      MUSTER_DATA_DIR: join(folder.path, 'data'),
      MUSTER_MASTER_KEY_FILE: join(folder.path, 'master.key'),
      MUSTER_SERVICE_KEY: writeServiceKey(folder.path, 'invocation-svc'),
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
  expect(service.address).toMatch(/^127\.0\.0\.1:\d+$/);
  await waitUntilReachable(service.address, 5_000);
  expect(await service.stop('SIGTERM')).toEqual([0, null]);
  expect(service.output()).toBe('');
});

it('names every setting that is missing', async () => {
  const said = await startProgram(main, { environment: {} }).catch(String);
  for (const name of ['MUSTER_DATA_DIR', 'MUSTER_NATS_CONTROL_CREDS', 'MUSTER_COMMAND_ADDRESS']) {
    expect(said).toContain(name);
  }
});
