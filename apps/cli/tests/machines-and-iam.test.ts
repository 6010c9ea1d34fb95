import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startFakeGateway } from './fake-gateway.ts';
import { fleet, offline } from './fleet.ts';
import { home } from './muster.ts';

describe('machines', () => {
  test('instance list shows presence and filters', async () => {
    const [one, two] = fleet('web-1', 'db-1');
    await using gateway = await startFakeGateway([one!, offline(two!)]);
    using user = home(gateway.url);
    const { stdout } = await user.muster(['instance', 'list']);
    expect(stdout).toMatch(/NAME +ID +STATUS +LAST HEARD +SYSTEM +ADDRESS +AGENT +TAGS\n/);
    expect(stdout).toMatch(/web-1 +ins-00000000 +Online +just now +Linux +10\.0\.0\.7 +0\.1\.0/);
    expect(stdout).toMatch(/db-1 +ins-00000001 +Offline +2h ago/);
    expect((await user.muster(['instance', 'list', '--offline'])).stdout).not.toContain('web-1');
    expect((await user.muster(['instance', 'list', 'mail-*'])).exitCode).toBe(5);
  });

  test('instances get tags and lose them', async () => {
    await using gateway = await startFakeGateway(fleet('web-1', 'web-2', 'db-1'));
    using user = home(gateway.url);
    const tagged = await user.muster(['instance', 'tag', 'team=ops', 'stage=prod', '-t', 'web-*']);
    expect(tagged.stdout).toBe('tagged web-1\ntagged web-2\n');
    await user.muster(['instance', 'untag', 'stage', '-t', 'web-2']);
    const { stdout } = await user.muster(['instance', 'list']);
    expect(stdout).toMatch(/web-1 .* team=ops stage=prod\n/);
    expect(stdout).toMatch(/web-2 .* team=ops\n/);
    expect(stdout).not.toMatch(/db-1 .*team/);
    expect(await user.muster(['instance', 'tag', 'team', '-t', 'web-1'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('`team` is no tag; write it as key=value'),
    });
  });

  test('a fleet larger than a page is read whole', async () => {
    await using gateway = await startFakeGateway(fleet(...Array.from({ length: 230 }, (_, at) => `web-${at}`)));
    using user = home(gateway.url);
    expect((await user.muster(['instance', 'list'])).stdout.trim().split('\n')).toHaveLength(231);
    gateway.onRun = (run) => run.succeed();
    const { stdout } = await user.muster(['run', 'x', '-t', 'web-*']);
    expect(stdout).toContain('230 instances that succeeded left out');
  });

  test('register codes are made and listed', async () => {
    await using gateway = await startFakeGateway([]);
    using user = home(gateway.url);
    const made = await user.muster(['register-code', 'create', '--limit', '3', '--expires', '90m', '--kind', 'cvm']);
    expect(made.stdout).toMatch(/^id +6e1f0c1a-\S+\nvalue +(ab){32}\n$/);
    expect(gateway.callsOf('CreateRegisterCode')[0]!.message).toMatchObject({
      registerLimit: 3,
      effectiveTime: 2,
      instanceKind: 1,
    });
    expect((await user.muster(['register-code', 'list'])).stdout).toMatch(/0\/3 +(2h00m|1h59m) more +CVM/);
  });
});

describe('muster iam', () => {
  test('a user, its key and its policy come and go', async () => {
    await using gateway = await startFakeGateway([]);
    using user = home(gateway.url);
    writeFileSync(join(user.path, 'policy.json'), '{"version":"2.0","statement":[]}');
    const said = async (...args: string[]) => (await user.muster(['iam', ...args])).stdout;
    const added = await said('user', 'add', 'ana', '--remark', '运维', '--console', '--key');
    expect(added).toMatch(/uin +200001\npassword +Made-for-you-1\nsecret id +AKIDkey0\nsecret key +shown-once\n/);
    expect(await said('user', 'list')).toMatch(/ana +200001 +Active +yes +.*运维/);
    expect(await said('user', 'list', '200001', '999')).toMatch(/^NAME .*\nana +200001 .*\n$/);
    expect((await user.muster(['iam', 'user', 'list', 'ana'])).stderr).toContain('It must be a uin, a number.');
    expect(await said('key', 'list', '--user', 'ana')).toMatch(/AKIDkey0 +Active/);
    expect(await said('key', 'disable', 'AKIDkey0', '--user', 'ana')).toContain('do not work any more');
    expect(await said('key', 'list', '--user', 'ana')).toMatch(/AKIDkey0 +Inactive/);
    expect(await said('policy', 'create', 'web', '-f', 'policy.json')).toBe('1\n');
    expect(await said('policy', 'attach', 'web', 'ana')).toBe('web is attached to ana\n');
    expect(await said('policy', 'attached', 'ana')).toMatch(/1 +web +custom +1/);
    expect(await said('policy', 'show', 'web', '--document')).toBe('{"version":"2.0","statement":[]}');
    expect(await said('policy', 'detach', '1', '200001')).toBe('1 is detached from 200001\n');
    expect(gateway.directory.attached).toEqual([]);
    expect(await said('policy', 'delete', 'web')).toBe('deleted web\n');
    expect(await said('key', 'delete', 'AKIDkey0')).toBe('deleted AKIDkey0\n');
    expect(await said('user', 'delete', 'ana')).toBe('deleted the user ana\n');
    expect((await user.muster(['iam', 'user', 'show', 'ana'])).exitCode).toBe(5);
  });
});
