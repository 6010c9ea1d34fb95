import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { RefusalCountSchema } from '@muster/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { CODE_ID } from './fake-instances.ts';
import { fleet, offline } from './fleet.ts';
import { type Home, home } from './muster.ts';

let gateway: FakeGateway;
let user: Home;
beforeEach(async () => {
  const [one, two] = fleet('web-1', 'db-1');
  gateway = await startFakeGateway([one!, offline(two!)]);
  user = home(gateway.url);
});
afterEach(async () => {
  user[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
});
const muster = (...args: string[]) => user.muster(args);

describe('instances', () => {
  test('are listed with what they registered', async () => {
    const { stdout } = await muster('instance', 'list', '--code', CODE_ID, '--online');
    expect(stdout).toMatch(/NAME +ID +STATUS +REGISTERED +SYSTEM +ADDRESS +HOST +MACHINE +CODE +TAGS\n/);
    expect(stdout).toMatch(
      new RegExp(`web-1 +ins-00000000 +Online .* Linux +10\\.0\\.0\\.7 +web-1 +a1b2c3 +${CODE_ID}`),
    );
    expect(stdout).not.toContain('db-1');
    const json = JSON.parse(
      (await muster('instance', 'list', 'db-*', '--registered', '--system', 'linux', '--json')).stdout,
    );
    expect(json).toMatchObject({ TotalCount: 1, RegisterInstanceSet: [{ InstanceName: 'db-1', MachineId: 'a1b2c3' }] });
    expect((await muster('instance', 'list', '--system', 'beos')).stderr).toContain(
      'It must be Linux, Windows or Darwin',
    );
  });

  test('are warned of when two machines speak as one', async () => {
    gateway.instances[0]!.cloneNoticedTime = timestampFromMs(Date.now() - 5 * 60_000);
    for (const args of [[], ['--registered']]) {
      const { stderr } = await muster('instance', 'list', ...args);
      expect(stderr).toContain('web-1: two machines spoke as ins-00000000, last 5m ago: one is a copy of the other');
    }
  });

  test('are warned of when their agents refuse what they are sent', async () => {
    const instance = gateway.instances[0]!;
    instance.hostVeto = 'users: not `root`\u001b[31m';
    instance.refusals = [
      create(RefusalCountSchema, { reason: 'bad-signature', count: 3n }),
      create(RefusalCountSchema, { reason: 'known', count: 9n }),
    ];
    const { stderr } = await muster('instance', 'list');
    expect(stderr).toContain('web-1: the veto file of the machine refuses users: not `root`');
    expect(stderr).not.toContain('\u001b[31m');
    expect(stderr).toContain('web-1: refused since its agent started: 3 bad-signature\n');
    Object.assign(instance, { hostVeto: '', refusals: [] });
  });

  test('get other names, and are deleted', async () => {
    expect((await muster('instance', 'rename', 'web-1', 'web-one')).stdout).toBe('ins-00000000 is called web-one\n');
    expect((await muster('instance', 'delete', 'web-*')).stdout).toBe('deleted web-one (ins-00000000)\n');
    expect((await muster('instance', 'list')).stdout).not.toContain('web');
    expect((await muster('instance', 'delete', 'web-one')).exitCode).toBe(5);
    expect((await muster('instance', 'rename', 'web-one', 'x')).exitCode).toBe(5);
  });
});

describe('register codes', () => {
  test('are switched off, tagged and deleted', async () => {
    const made = JSON.parse((await muster('register-code', 'create', '--json')).stdout) as { RegisterCodeId: string };
    const { RegisterCodeId: id } = made;
    await muster('register-code', 'tag', id, 'team=ops', 'stage=prod');
    await muster('register-code', 'untag', id, 'stage');
    const list = JSON.parse((await muster('register-code', 'list', '--json')).stdout);
    expect(list.RegisterCodeSet).toMatchObject([{ Enabled: true, Tags: [{ Key: 'team', Value: 'ops' }] }]);
    expect((await muster('register-code', 'disable', id)).stdout).toBe(`disabled ${id}\n`);
    expect((await muster('register-code', 'list')).stdout).toContain('no: disabled');
    expect((await muster('register-code', 'delete', id)).stdout).toBe(`deleted ${id}\n`);
    expect(gateway.directory.codes).toEqual([]);
    expect((await muster('register-code', 'disable', id)).exitCode).toBe(5);
  });
});

describe('muster agent', () => {
  test('install makes a code and prints the one line', async () => {
    const { stdout, stderr } = await muster(
      'agent',
      'install',
      '--limit',
      '5',
      '--prefix',
      'web-',
      '--tag',
      'role=web',
    );
    expect(stdout).toBe(
      `curl -fsSL ${gateway.url}/agent/install.sh | sudo sh -s -- --server ${gateway.url} --code-id ${CODE_ID} --code-value ${'ab'.repeat(32)}\n`,
    );
    expect(stderr).toContain('is this machine alone: others need --server URL');
    expect(gateway.callsOf('CreateRegisterCode')).toMatchObject([
      { message: { registerLimit: 5, instanceNamePrefix: 'web-', tags: [{ key: 'role', value: 'web' }] } },
    ]);
  });

  test('install takes a code that there is, and another address of the gateway', async () => {
    const args = ['agent', 'install', '--server', 'https://muster.example.com/', '--code', 'id:it;is', '--json'];
    expect(JSON.parse((await muster(...args)).stdout)).toEqual({
      Server: 'https://muster.example.com',
      RegisterCodeId: 'id',
      RegisterCodeValue: 'it;is',
      Line: "curl -fsSL https://muster.example.com/agent/install.sh | sudo sh -s -- --server https://muster.example.com --code-id id --code-value 'it;is'",
    });
    expect(gateway.callsOf('CreateRegisterCode')).toEqual([]);
    expect((await muster('agent', 'install', '--register-again')).stdout).toMatch(/ --register-again\n$/);
    expect((await muster('agent', 'install', '--code', 'id:it', '--limit', '5')).stderr).toContain('leave one out');
    expect((await muster('agent', 'install', '--code', 'id')).stderr).toContain('--code takes ID:VALUE');
    expect((await muster('agent', 'install', '--server', 'ftp://x')).stderr).toContain('is no http or https URL');
  });

  test('uninstall prints its counterpart', async () => {
    expect((await muster('agent', 'uninstall', '--server', 'https://muster.example.com')).stdout).toBe(
      'curl -fsSL https://muster.example.com/agent/install.sh | sudo sh -s -- --uninstall\n',
    );
  });
});

test('quota and region say what the service says', async () => {
  expect((await muster('quota')).stdout).toMatch(/^WHAT +USED +OF\nCOMMAND +0 +500\nREGISTER_CODE +0 +500\n$/);
  expect((await muster('region')).stdout).toMatch(/^REGION +NAME +STATE\nap-guangzhou +Guangzhou +AVAILABLE\n$/);
  expect(JSON.parse((await muster('region', '--json')).stdout)).toMatchObject({ TotalCount: 1 });
});
