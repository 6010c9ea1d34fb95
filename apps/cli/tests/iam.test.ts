import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { GroupSchema, PolicySchema, PolicyType, RoleSchema, UserSchema } from '@muster/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { type Home, home } from './muster.ts';

let gateway: FakeGateway;
let user: Home;

beforeEach(async () => {
  gateway = await startFakeGateway([]);
  user = home(gateway.url);
  const { users, groups, roles, policies } = gateway.directory;
  users.push(create(UserSchema, { uin: '200001', name: 'ana', active: true }));
  groups.push(create(GroupSchema, { groupId: '7', groupName: 'admins' }));
  roles.push(
    create(RoleSchema, { roleId: '400001', roleName: 'deploy', sessionDuration: 7_200, policyDocument: '{}' }),
  );
  policies.push(
    create(PolicySchema, { policyId: '1', policyName: 'web', type: PolicyType.CUSTOM, version: 1 }),
    create(PolicySchema, { policyId: '900000001', policyName: 'QcloudTATFullAccess', type: PolicyType.PRESET }),
  );
});
afterEach(async () => {
  user[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
});

const said = async (...args: string[]) => (await user.muster(['iam', ...args])).stdout;
const json = async (...args: string[]) => JSON.parse(await said(...args, '--json')) as unknown;
const sent = (method: string) => gateway.callsOf(method).at(-1)!.message;

describe('muster iam group', () => {
  test('a group comes, changes, and goes', async () => {
    expect(await said('group', 'create', 'web', '--remark', '前端', '--tag', 'team=web')).toBe('2\n');
    expect(sent('CreateGroup')).toMatchObject({ tags: [{ key: 'team', value: 'web' }] });
    expect(await said('group', 'list')).toMatch(/NAME +ID +MEMBERS +CREATED +REMARK\nadmins +7 .*\nweb +2 +0 +.*前端/);
    expect(await said('group', 'update', 'web', '--name', 'www')).toBe('changed the group web\n');
    expect((await user.muster(['iam', 'group', 'update', 'www'])).stderr).toContain('nothing to change');
    expect(await said('group', 'delete', 'www')).toBe('deleted the group www\n');
    expect((await user.muster(['iam', 'group', 'show', 'www'])).exitCode).toBe(5);
  });

  test('users go in and out, by name', async () => {
    expect(await said('group', 'add-user', 'admins', 'ana', '200002')).toBe('ana, 200002: in admins now\n');
    expect(gateway.directory.members).toMatchObject([
      { groupId: '7', uin: '200001' },
      { groupId: '7', uin: '200002' },
    ]);
    expect(await said('group', 'show', 'admins')).toMatch(/members +2\n\nNAME +UIN .*\nana +200001 +Active/);
    expect(await json('group', 'remove-user', 'admins', 'ana')).toEqual({ GroupId: '7', Uin: ['200001'] });
    expect(gateway.directory.members).toMatchObject([{ uin: '200002' }]);
  });
});

describe('muster iam role', () => {
  test('a role trusts accounts, or whom a file says', async () => {
    expect(await said('role', 'create', 'auditor', '--trust-account', 'own', '--trust-account', '300000')).toBe(
      '400002\n',
    );
    const { policyDocument } = sent('CreateRole') as { policyDocument: string };
    expect(JSON.parse(policyDocument)).toEqual({
      version: '2.0',
      statement: [
        {
          effect: 'allow',
          action: 'name/sts:AssumeRole',
          principal: { qcs: ['qcs::cam::uin/100001:root', 'qcs::cam::uin/300000:root'] },
        },
      ],
    });
    writeFileSync(join(user.path, 'trust.json'), '{"version":"2.0"}');
    await said('role', 'update', 'auditor', '--trust-file', 'trust.json', '--session-duration', '1h');
    expect(await said('role', 'show', 'auditor', '--trust')).toBe('{"version":"2.0"}');
    expect(await said('role', 'list')).toMatch(/auditor +400002 +up to 1h00m/);
    const nobody = await user.muster(['iam', 'role', 'create', 'nobody']);
    expect(nobody).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('nobody could take the role on') });
    expect(await said('role', 'delete', '400002')).toContain('its sessions have ended');
  });

  test('a role that is taken on is printed, or kept as a context', async () => {
    expect(await said('assume-role', 'deploy')).toMatch(
      /^token +token-\S+\nuntil +\d{4}-.* \(in (59m\d\ds|1h00m)\)\n$/,
    );
    expect(sent('AssumeRole')).toMatchObject({ roleArn: 'qcs::cam:::roleName/deploy', roleSessionName: 'muster' });
    writeFileSync(join(user.path, 'policy.json'), '{"narrow":1}');
    const options = ['--session-name', 'release-7', '--duration', '30m', '--policy-file', 'policy.json'];
    expect(await json('assume-role', '400001', '--account', '300000', ...options)).toEqual({
      Credentials: {
        Token: expect.stringMatching(/^token-/),
        ...{ TmpSecretId: 'AKIDtmp', TmpSecretKey: 'shown-once', SessionToken: 'goes-along' },
      },
      ExpiredTime: expect.stringMatching(/Z$/),
    });
    expect(sent('AssumeRole')).toMatchObject({
      roleArn: 'qcs::cam::uin/300000:role/400001',
      roleSessionName: 'release-7',
      durationSeconds: 1_800,
      policy: '{"narrow":1}',
    });
    const saved = await said('assume-role', 'qcs::cam::uin/300000:roleName/x', '--save-context', 'as-x');
    expect(saved).toContain('muster --context as-x');
    const { current, contexts } = JSON.parse(readFileSync(user.configFile, 'utf8')) as {
      current: string;
      contexts: Record<string, { token?: string }>;
    };
    expect([current, contexts['as-x']]).toEqual([
      'test',
      { url: gateway.url, token: expect.stringMatching(/^token-/) },
    ]);
    expect((await user.muster(['--context', 'as-x', 'whoami'])).exitCode).toBe(0);
  });

  test('one that may not be taken on is a denial that says what to ask for', async () => {
    const { exitCode, stderr } = await user.muster(['iam', 'assume-role', 'forbidden']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('ask for a policy that allows sts:AssumeRole on qcs::cam:::roleName/forbidden');
  });
});

describe('policies', () => {
  test.each([
    [['policy', 'attach', 'web', 'ana'], ['policy', 'attached', 'ana'], '200001'],
    [['policy', 'attach', 'web', '--group', 'admins'], ['policy', 'attached', '--group', 'admins'], 'group/7'],
    [['policy', 'attach', 'web', '--role', 'deploy'], ['policy', 'attached', '--role', 'deploy'], 'role/deploy'],
    [['group', 'attach', 'admins', 'web'], ['policy', 'attached', '--group', '7'], 'group/7'],
    [['role', 'attach', 'deploy', 'web'], ['policy', 'attached', '--role', '400001'], 'role/deploy'],
  ])('are attached and detached: %j', async (attach, attached, holder) => {
    await said(...attach);
    expect(gateway.directory.attached).toEqual([{ policyId: '1', uin: holder }]);
    expect(await said(...attached)).toMatch(/1 +web +custom/);
    await said(...attach.map((word) => (word === 'attach' ? 'detach' : word)));
    expect(gateway.directory.attached).toEqual([]);
  });

  test('presets are listed and attached by name like the others', async () => {
    await said('role', 'attach', 'deploy', 'QcloudTATFullAccess');
    expect(gateway.directory.attached).toEqual([{ policyId: '900000001', uin: 'role/deploy' }]);
    expect(await said('policy', 'list')).toMatch(/1 +web +custom [\s\S]*900000001 +QcloudTATFullAccess +preset/);
    expect(await said('policy', 'list', '--custom')).not.toContain('preset');
    expect(await said('policy', 'list', '--preset')).not.toContain('custom');
  });

  test('need exactly one holder', async () => {
    for (const holder of [[], ['ana', '--role', 'deploy']]) {
      const { exitCode, stderr } = await user.muster(['iam', 'policy', 'attach', 'web', ...holder]);
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/give (only )?one of --user, --group, --role/)]);
    }
  });

  test('what the linter warns of is said after saving, on standard error', async () => {
    writeFileSync(join(user.path, 'policy.json'), '{"action":"*"}');
    const warning = 'warning: line 1, column 30: allows `*` on `*` [EverythingOnEverything]\n';
    const created = await user.muster(['iam', 'policy', 'create', 'all', '-f', 'policy.json']);
    expect([created.stdout, created.exitCode]).toEqual(['3\n', 0]);
    expect(created.stderr).toContain(warning);
    expect((await user.muster(['iam', 'policy', 'update', 'all', '-f', 'policy.json'])).stderr).toContain(warning);
    expect(await json('policy', 'create', 'more', '-f', 'policy.json')).toMatchObject({
      Warnings: [{ Code: 'EverythingOnEverything', Line: 1 }],
    });
  });

  test('have versions, of which one is in force, and holders', async () => {
    writeFileSync(join(user.path, 'policy.json'), '{}');
    const added = await user.muster(['iam', 'policy', 'add-version', 'web', '-f', 'policy.json']);
    expect([added.stdout, added.stderr]).toEqual([
      '2\n',
      'put it in force with: muster iam policy set-default web 2\n',
    ]);
    expect(await said('policy', 'set-default', 'web', '2')).toBe('version 2 of web is in force\n');
    expect(await said('policy', 'versions', 'web')).toMatch(/1 +yes/);
    expect(await said('policy', 'show', 'web', '--policy-version', '2', '--document')).toBe('{"version":"2"}');
    expect(await said('policy', 'delete-version', 'web', '2', '3')).toBe('deleted version 2, 3 of web\n');
    expect(sent('DeletePolicyVersion')).toMatchObject({ policyId: '1', versionId: [2, 3] });
    expect(await said('policy', 'holders', 'web')).toMatch(/user +ana +200001/);
  });

  test('bound users and roles', async () => {
    for (const [option, name] of [
      ['--user', 'ana'],
      ['--role', 'deploy'],
    ] as const) {
      expect((await user.muster(['iam', 'boundary', 'show', option, name])).stderr).toBe(`nothing bounds ${name}\n`);
      expect(await said('boundary', 'set', 'web', option, name)).toBe(`${name} may do at most what web allows\n`);
      expect(await said('boundary', 'show', option, name)).toBe('web (1)\n');
      expect(await json('boundary', 'show', option, name)).toMatchObject({ PolicyId: '1' });
      expect(await said('boundary', 'clear', option, name)).toBe(`nothing bounds ${name} any more\n`);
      expect(await json('boundary', 'show', option, name)).toBeNull();
    }
  });
});

test('tags are set and taken away', async () => {
  await said('tag', 'team=ops', 'url=a=b', '--user', 'ana');
  const tags = [
    { key: 'team', value: 'ops' },
    { key: 'url', value: 'a=b' },
  ];
  expect(sent('TagResources')).toMatchObject({ resourceList: ['qcs::cam:::uin/200001'], tags });
  await said('untag', 'team', '--group', 'admins');
  expect(sent('UntagResources')).toMatchObject({ resourceList: ['qcs::cam:::groupid/7'], tagKeys: ['team'] });
  await said('tag', 'team=ops', '--policy', 'web');
  expect(sent('TagResources')).toMatchObject({ resourceList: ['qcs::cam:::policyid/1'] });
  await said('tag', 'team=ops', 'stage=prod', '--role', 'deploy');
  await said('untag', 'stage', '--role', 'deploy');
  expect(gateway.directory.roles[0]!.tags).toMatchObject([{ key: 'team', value: 'ops' }]);
  const { exitCode, stderr } = await user.muster(['iam', 'tag', 'team', '--user', 'ana']);
  expect([exitCode, stderr]).toEqual([1, 'muster: `team` is no tag; write it as key=value\n']);
});

test('a user is changed and switched off and on', async () => {
  await said('user', 'update', 'ana', '--remark', 'day shift', '--email', 'ana@example.com');
  expect(await said('user', 'disable', 'ana')).toBe('ana is switched off; its tokens have ended\n');
  expect(await said('user', 'list')).toMatch(/ana +200001 +Inactive/);
  expect(await said('user', 'show', 'ana')).toMatch(/status +Inactive\nremark +day shift\nemail +ana@example.com/);
  expect(await said('user', 'enable', 'ana')).toBe('ana may sign in again\n');
  await user.muster(['iam', 'user', 'update', 'ana', '--password-stdin', '--reset-password'], {
    input: 'New-pass-1\n',
  });
  expect(sent('UpdateUser')).toMatchObject({ password: 'New-pass-1', consoleLogin: true, needResetPassword: true });
  await said('user', 'update', 'ana', '--no-console');
  expect(sent('UpdateUser')).toMatchObject({ consoleLogin: false });
});

test('an authenticator is made, enabled with its first code, and taken away', async () => {
  const made = await user.muster(['iam', 'mfa', 'enable']);
  expect(made.stdout).toMatch(/^secret +JBSWY3DPEHPK3PXP\nuri +otpauth:\/\/totp/);
  expect(made.stderr).toContain('muster iam mfa enable --code DIGITS');
  expect((await user.muster(['iam', 'mfa', 'enable', '--code', '000000'])).exitCode).toBe(1);
  expect(await said('mfa', 'enable', '--code', '123456')).toContain('enabled');
  expect(await said('mfa', 'disable', '--user', 'ana')).toBe('took the authenticator of ana away\n');
  expect(sent('DeleteMfaDevice')).toMatchObject({ targetUin: '200001' });
});

test('a console login brings the code of the authenticator', async () => {
  const login = ['login', '--url', gateway.url, '--user', 'mia', '--password-stdin'];
  const without = await user.muster(login, { input: 'Correct-1\n' });
  expect([without.exitCode, without.stderr]).toEqual([1, expect.stringContaining('--mfa-code')]);
  expect((await user.muster([...login, '--mfa-code', '123456'], { input: 'Correct-1\n' })).exitCode).toBe(0);
});

test('accounts are made, listed and counted', async () => {
  expect(await said('account', 'create', 'staging')).toMatch(
    /account +300000\nappid +1250000001\nsecret id +AKIDother/,
  );
  expect(await said('account', 'list')).toMatch(/main +100001 +1250000000/);
  expect(await said('account', 'summary')).toMatch(/users +1 of 1000\ngroups +0 of 300\nroles +2 of 1000/);
  expect(await json('account', 'summary')).toMatchObject({ Users: 1, MaxUsers: 1_000 });
});

test('collaborators are invited and let go', async () => {
  expect(await said('collaborator', 'add', '300001', '--name', 'agency')).toContain('agency (300001) may act');
  expect(await said('collaborator', 'list')).toMatch(/agency +300001 +300000/);
  expect(await said('collaborator', 'remove', 'agency')).toBe('agency may not act in this account any more\n');
  expect((await user.muster(['iam', 'collaborator', 'remove', 'agency'])).exitCode).toBe(5);
});

test('an account that invited the user is a context of its own', async () => {
  const { stdout, stderr } = await user.muster(['switch-account', '300000']);
  expect(stdout).toBe('acting in account 300000; context `test-300000` is the current one\n');
  expect(stderr).toContain('back with: muster context use test');
  expect((await user.muster(['context', 'list'])).stdout).toMatch(/test-300000/);
  expect((await user.muster(['whoami'])).exitCode).toBe(0);
});
