import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { UserSchema } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { type Home, home } from './muster.ts';

let gateway: FakeGateway;
let user: Home;
beforeAll(async () => {
  gateway = await startFakeGateway([]);
  user = home(gateway.url);
  gateway.directory.users.push(create(UserSchema, { uin: '200001', name: 'ana' }));
});
afterAll(async () => {
  user[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
});
const muster = (...args: string[]) => user.muster(args);
const lastOf = (method: string) => gateway.callsOf(method).at(-1)!.message;

describe('muster iam can', () => {
  test('answers by its exit code, one line for each resource', async () => {
    const { stdout, exitCode } = await muster('iam', 'can', 'ana', 'RunCommand', 'command/*', 'ins-00000001');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      'allowed  tat:RunCommand on qcs::tat:ap-guangzhou::command/*\nallowed  tat:RunCommand on qcs::cvm:ap-guangzhou::instance/ins-00000001\n',
    );
    const denied = await muster('iam', 'can', 'ana', 'tat:DeleteCommand', 'cmd-00000001');
    expect(denied).toMatchObject({ exitCode: 2, stdout: expect.stringMatching(/^denied {3}tat:DeleteCommand on /) });
    expect(denied.stderr).toContain('but only elsewhere');
  });

  test('passes on who, what, on what and under which circumstances', async () => {
    await muster(
      'iam',
      'can',
      'role/deploy',
      'cos:GetObject',
      '--with',
      'ip=10.0.0.1',
      '--with',
      'cvm:region=a',
      '--with',
      'cvm:region=b',
      '--request-tag',
      'team=ops',
    );
    expect(lastOf('SimulatePolicy')).toMatchObject({
      subject: { kind: 2, id: '', name: 'deploy' },
      actions: ['cos:GetObject'],
      resources: [{ resource: '*' }],
      requestContext: [
        { key: 'qcs:ip', values: ['10.0.0.1'] },
        { key: 'cvm:region', values: ['a', 'b'] },
      ],
      requestTags: [{ key: 'team', value: 'ops' }],
    });
    await muster('iam', 'can', '200001', 'RunCommand', 'lhins-00000001', '--tag', 'env=prod');
    expect(lastOf('SimulatePolicy')).toMatchObject({
      subject: { kind: 1, id: '200001', name: '' },
      resources: [
        { resource: 'qcs::lighthouse:ap-guangzhou::instance/lhins-00000001', tags: [{ key: 'env', value: 'prod' }] },
      ],
    });
  });

  test('refuses what is no resource and no pair', async () => {
    expect(await muster('iam', 'can', 'ana', 'RunCommand', 'web-1')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('`web-1` is no resource'),
    });
    expect((await muster('iam', 'can', 'ana', 'RunCommand', '--with', 'ip')).stderr).toContain(
      '--with takes key=value',
    );
  });
});

test('muster iam why lays out what spoke and what almost did', async () => {
  const denied = await muster('iam', 'why', 'ana', 'DeleteCommand', 'cmd-00000001');
  expect(denied.exitCode).toBe(0);
  expect(denied.stdout).toBe(`denied   tat:DeleteCommand on qcs::tat:ap-guangzhou::command/cmd-00000001
         denied: statement 1 of policy \`ops\` allows it, but only elsewhere

  statements that almost did
    allow  ops (7, version 2) statement 1, line 9  via group sre
      wants ip_equal qcs:ip: 10.0.0.0/8
      given nothing
    allow  document 1 statement 1, line 9  via document
      names tat:Describe*
    allow  document 1 statement 1, line 9  via document
      covers command/a
`);
  const allowed = await muster('iam', 'why', 'ana', 'RunCommand', 'cmd-1', 'cmd-2');
  expect(allowed.stdout.match(/statements that spoke/g)).toHaveLength(2);
  const json = JSON.parse((await muster('iam', 'why', 'ana', 'DeleteCommand', '--json')).stdout);
  expect(json.Results[0]).toMatchObject({
    Outcome: 'IMPLICIT_DENY',
    NearMisses: [{ Reason: 'CONDITION', Key: 'qcs:ip' }, {}, {}],
  });
});

test('muster iam who-can tells those who surely may from those for whom it depends', async () => {
  const { stdout, stderr } = await muster('iam', 'who-can', 'RunCommand', 'instance/*', '--with', 'ip=10.0.0.1');
  expect(stdout).toMatch(/ana +user +200001 +always\ndeploy +role +777 +depends\n/);
  expect(stderr).toContain('muster iam why');
  expect(lastOf('WhoCan')).toMatchObject({ resource: { resource: 'qcs::cvm:ap-guangzhou::instance/*' } });
  expect((await muster('iam', 'who-can', 'DeleteCommand')).stderr).toContain('nobody but root');
});

describe('muster iam lint', () => {
  test('prints findings as compilers do, and fails on errors', async () => {
    writeFileSync(join(user.path, 'bad.json'), '{"bad":1}');
    const { stdout, exitCode } = await muster('iam', 'lint', 'bad.json');
    expect(exitCode).toBe(2);
    expect(stdout).toBe(
      'bad.json:3:14: error InvalidParameter.ActionNotExist no such action\nbad.json: warning AllowsEverything allows everything\n',
    );
    expect(await muster('iam', 'lint', 'bad.json', '--trust')).toMatchObject({ stdout: '', exitCode: 0 });
  });

  test('reads standard input, and answers in JSON', async () => {
    const { stdout, exitCode } = await user.muster(['iam', 'lint', '-', '--json'], { input: 'bad' });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout).Findings[0]).toMatchObject({ Severity: 'ERROR', Line: 3, Column: 14 });
  });
});

describe('muster iam simulate', () => {
  test('tries documents when the words are files, and somebody otherwise', async () => {
    writeFileSync(join(user.path, 'one.json'), '{"one":1}');
    const { stdout } = await muster(
      'iam',
      'simulate',
      'one.json',
      '-a',
      'RunCommand',
      '-a',
      'DeleteCommand',
      '-r',
      'command/*',
    );
    expect(stdout).toMatch(/allowed +tat:RunCommand .*\ndenied +tat:DeleteCommand /);
    expect(lastOf('SimulatePolicy')).toMatchObject({ policyDocuments: ['{"one":1}'] });
    await muster('iam', 'simulate', 'ana', '-a', 'RunCommand');
    expect(lastOf('SimulatePolicy')).toMatchObject({ policyDocuments: [], subject: { name: 'ana' } });
    expect((await muster('iam', 'simulate', 'ana')).stderr).toContain('no action to try');
    expect((await muster('iam', 'simulate', 'one.json', 'none.json', '-a', 'RunCommand')).stderr).toContain(
      'no file `none.json`',
    );
  });
});

test('muster iam diff shows what a document would give and take', async () => {
  writeFileSync(join(user.path, 'new.json'), '{"action":"tat:*"}');
  writeFileSync(join(user.path, 'same.json'), '{}');
  const changed = await muster('iam', 'diff', '7', 'new.json', '--for', 'ana');
  expect(changed.exitCode).toBe(2);
  expect(changed.stdout).toBe(`+ tat:RunCommand on qcs::tat:ap-guangzhou:uin/100000:command/*
  allowed by it
- tat:DeleteCommand on qcs::tat:ap-guangzhou:uin/100000:command/*
  denied by it
`);
  expect(changed.stderr).toContain('1 more allowed, 1 no longer');
  expect(lastOf('SimulatePolicy')).toMatchObject({
    subject: { name: 'ana' },
    drafts: [{ policyId: '7', policyDocument: '{"action":"tat:*"}' }],
    changesOnly: true,
  });
  expect(await muster('iam', 'diff', '7', 'same.json')).toMatchObject({ exitCode: 0, stdout: '' });
});

test('muster iam effective lists rights, how far they go and when they were used', async () => {
  const { stdout } = await muster('iam', 'effective', 'ana');
  expect(stdout).toMatch(/tat:DescribeCommands +all +\* +- +2h ago\n/);
  expect(stdout).toMatch(/tat:RunCommand +some +qcs::cvm:::\* +qcs::cvm:::instance\/a +never\n/);
  expect(stdout).toMatch(/tat:DeleteCommand +under conditions +/);
  await muster('iam', 'effective', '--service', 'cos');
  expect(lastOf('ListEffective')).toMatchObject({ service: 'cos' });
  expect(lastOf('ListEffective')).not.toHaveProperty('subject');
});

test('muster iam services lists what policies can speak of', async () => {
  expect((await muster('iam', 'services')).stdout).toMatch(
    /cvm +Cloud Virtual Machine +0 and others\ntat +Automation Tools +2\n/,
  );
  expect((await muster('iam', 'services', 'tat')).stdout).toMatch(
    /RunCommand +write +tat:command cvm:instance +Runs a script\.\nCreateCommand +write +\* /,
  );
  expect((await muster('iam', 'services', 'cvm')).stdout).toMatch(/cvm:region +string +The region\./);
});

describe('muster audit', () => {
  test('list filters, reads pages and shows records', async () => {
    const { stdout } = await muster(
      'audit',
      'list',
      '--principal',
      'ana',
      '--action',
      'RunCommand',
      '--resource',
      'ins-00000000',
      '--outcome',
      'not-allowed',
      '--since',
      '7d',
    );
    expect(stdout).toMatch(
      /230 +2026-01-0\d \d\d:\d\d:\d\d +ana +tat:RunCommand +not allowed +192\.0\.2\.1 +qcs::cvm:.* and 2 more\n/,
    );
    expect(lastOf('ListAuditRecords')).toMatchObject({
      uin: '200001',
      action: 'tat:RunCommand',
      resource: 'qcs::cvm:ap-guangzhou:*:instance/ins-00000000',
      outcome: 3,
      limit: 50,
    });
    const lines = (await muster('audit', 'list', '--limit', '210', '-o', 'jsonl')).stdout.trim().split('\n');
    expect(lines).toHaveLength(210);
    expect(JSON.parse(lines[209]!)).toMatchObject({ Sequence: 21, Action: 'tat:RunCommand' });
    expect((await muster('audit', 'list', '--since', 'yesterday')).exitCode).toBe(1);
  });

  test('verify answers by its exit code', async () => {
    expect(await muster('audit', 'verify')).toMatchObject({
      exitCode: 0,
      stdout: 'intact: 230 records, the newest has the hash abcd\n',
    });
    gateway.directory.users.push(create(UserSchema, { uin: '200009', name: 'mallory' }));
    expect(await muster('audit', 'verify')).toMatchObject({
      exitCode: 2,
      stdout: 'broken at record 4: its hash does not fit\n',
    });
    gateway.directory.users.pop();
  });

  test('export writes every record with its hash', async () => {
    expect((await muster('audit', 'export', '--from', '229')).stdout.trim().split('\n')).toHaveLength(2);
    expect((await muster('audit', 'export', '-f', 'audit.jsonl')).stderr).toContain('230 records in audit.jsonl');
    const lines = readFileSync(join(user.path, 'audit.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(lines[0]!)).toMatchObject({ Sequence: 1, Hash: 'AQI=', PreviousHash: '' });
  });

  test('last-used names the users', async () => {
    expect((await muster('audit', 'last-used', '--principal', 'ana')).stdout).toMatch(
      /ana +tat:RunCommand +2h ago +12\n/,
    );
  });
});
