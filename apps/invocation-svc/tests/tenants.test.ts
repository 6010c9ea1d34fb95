import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, startNatsServer, tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { connectFakeAgent, registerMachine } from './fake-agent.ts';
import { startFixture } from './machines-fixture.ts';

it('keeps the seeds of a tenant to the service alone', async () => {
  await using service = await startFixture();
  await registerMachine(service.enrollment, await service.instances().createRegisterCode({}));
  const folder = join(service.dataDir, 'tenants');
  const files = readdirSync(folder);
  expect(files).toEqual(['100000000001.json']);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, files[0]!)).mode & 0o777).toBe(0o600);
});

it('makes one NATS account per account, also when machines of it come at once', async () => {
  await using service = await startFixture();
  const tenants = await Promise.all(
    ['100000000001', '100000000001', '100000000002'].map((uin) => service.tenants.ensure(uin)),
  );
  expect(tenants[0]).toBe(tenants[1]);
  expect(tenants[2]).not.toBe(tenants[0]);
  expect(await service.db.selectFrom('tenant').select('tenant').orderBy('account_uin').execute()).toEqual([
    { tenant: tenants[0] },
    { tenant: tenants[2] },
  ]);
});

it('refuses an account that is no uin before it becomes a file name', async () => {
  await using service = await startFixture();
  await expect(service.tenants.ensure('../../etc/cron.d/x')).rejects.toThrow('not an account uin');
});

it('heals a bus that has lost the accounts, by the time the bus is back', async () => {
  using folder = tempDirectory('muster-nats-');
  const first = await startNatsServer({ directory: folder.path });
  await using service = await startFixture({ nats: first });
  const machine = await registerMachine(service.enrollment, await service.instances().createRegisterCode({}));
  const tenant = await service.tenants.ensure('100000000001');
  await first.kill();
  rmSync(join(first.installation.directory, 'accounts', `${tenant}.jwt`));

  await using _second = await startNatsServer({ directory: folder.path, port: Number(new URL(first.url).port) });
  // waits for a server that lets it in
  await using agent = await connectFakeAgent(machine);
  // the service's own connection may come back a little later than the agent's
  const { epoch } = await eventually('the service to answer', () => agent.hello().catch(() => undefined));
  expect(epoch).toBeGreaterThan(0n);
});
