import { AuditService, Outcome, PrincipalType, Semantic } from '@muster/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const audit = (token = fixture.root.token) => fixture.client(AuditService, token);
const records = async (filter: object = {}) => (await audit().listAuditRecords(filter)).records;
const command = (id: string) => `qcs::tat:ap-guangzhou::command/${id}`;
const full = (id: string) => `qcs::tat:ap-guangzhou:uin/${ROOT_UIN}:command/${id}`;

async function ask(credential: string, action: string, resources = ['*'], rest: object = {}) {
  return (await fixture.authorization()).authorize({
    context: { credential, peerAddress: '10.1.2.3', requestId: 'request-1' },
    action,
    resources: resources.map((resource) => ({ resource })),
    ...rest,
  });
}

describe('what goes on record', () => {
  it('is an allowed write, with everything that was decided', async () => {
    const policyId = await fixture.policy([allow('cos:*'), allow('tat:*')]);
    const user = await fixture.user();
    await fixture.iam().attachUserPolicy({ policyId, attachUin: user.uin });
    const { decisionId, revision } = await ask(user.token, 'tat:ModifyCommand', [command('cmd-1'), command('cmd-2')]);

    const [record] = await records({ action: 'tat:ModifyCommand' });
    expect(record).toMatchObject({
      principal: { type: PrincipalType.USER, accountUin: ROOT_UIN, uin: user.uin, name: user.name },
      accessKeyId: user.secretId,
      action: 'tat:ModifyCommand',
      resources: [full('cmd-1'), full('cmd-2')],
      resourceCount: 2,
      outcome: Outcome.ALLOWED,
      policyId,
      policyVersion: 1,
      statementIndex: 1,
      revision,
      decisionId,
      requestId: 'request-1',
      sourceIp: '10.1.2.3',
      service: 'command-svc',
    });
  });

  it('is a denial, also of a read, with what was denied first', async () => {
    const user = await fixture.user([allow('tat:*', command('cmd-ok'))]);
    const ids = Array.from({ length: 30 }, () => command('cmd-ok'));
    await ask(user.token, 'tat:DescribeCommands', [...ids, command('cmd-no')]);
    const [record] = await records({ uin: user.uin });
    expect(record).toMatchObject({ outcome: Outcome.IMPLICIT_DENY, resourceCount: 31, policyId: '0' });
    expect(record!.resources).toHaveLength(20);
    expect(record!.resources[0]).toBe(full('cmd-no'));
  });

  it('is neither an allowed read nor what a list leaves out, but what such a question lets be changed is', async () => {
    const user = await fixture.user([allow('tat:*', command('cmd-ok'))]);
    const each = { semantic: Semantic.EACH };
    await ask(user.token, 'tat:DescribeCommands', [command('cmd-ok')]);
    await ask(user.token, 'tat:DescribeCommands', [command('cmd-ok'), command('cmd-no')], each);
    await ask(user.token, 'tat:DeleteCommands', [command('cmd-no')], each);
    expect(await records({ uin: user.uin, action: 'tat:*' })).toEqual([]);
    await ask(user.token, 'tat:DeleteCommands', [command('cmd-no'), command('cmd-ok')], each);
    expect(await records({ uin: user.uin, action: 'tat:*' })).toMatchObject([
      { resources: [full('cmd-ok')], outcome: Outcome.ALLOWED },
    ]);
  });

  it('is an action that an incomplete catalogue does not list, for it may be a write', async () => {
    await ask(fixture.root.token, 'cvm:DoSomethingNew');
    expect(await records({ action: 'cvm:*' })).toMatchObject([{ action: 'cvm:DoSomethingNew' }]);
  });

  it('is what this service itself decides about, once although it is decided twice', async () => {
    await fixture.iam().addUser({ name: 'ann' });
    expect(await records({ action: 'cam:AddUser' })).toMatchObject([
      { service: 'iam-svc', principal: { type: PrincipalType.ROOT, name: 'root' }, resources: ['*'] },
    ]);
  });

  it('is what a service may not do, under the installation’s first account', async () => {
    const token = await fixture.serviceToken('gateway');
    await ask(token, 'muster:SaveCommand');
    expect(await records({ action: 'muster:*' })).toMatchObject([
      {
        principal: { type: PrincipalType.SERVICE, uin: '0', accountUin: '0', name: 'gateway' },
        outcome: Outcome.IMPLICIT_DENY,
      },
    ]);
  });

  it('is every sign-in, refused ones of a known key as often as a lock-out would look at them', async () => {
    const user = await fixture.user();
    const exchanges = () => records({ uin: user.uin, action: 'sts:*' });
    expect(await exchanges()).toMatchObject([
      { action: 'sts:ExchangeAccessKey', outcome: Outcome.ALLOWED, accessKeyId: user.secretId, service: 'iam-svc' },
    ]);
    const guess = () => refusalOf(fixture.exchange({ ...user, secretKey: 'x'.repeat(32) }));
    for (let i = 0; i < 8; i++) expect(await guess()).toMatchObject({ reason: 'AuthFailure.SignatureFailure' });
    const refused = (await exchanges()).filter(({ outcome }) => outcome === Outcome.IMPLICIT_DENY);
    expect(refused).toHaveLength(5);
    expect(refused[0]!.resources).toEqual([`qcs::cam::uin/${ROOT_UIN}:uin/${user.uin}`]);
    // the key itself is not locked: whoever knows its name could lock its owner out
    await fixture.exchange(user);
    fixture.clock.ms += 30_000;
    await guess();
    expect((await exchanges()).filter(({ outcome }) => outcome === Outcome.IMPLICIT_DENY)).toHaveLength(6);
  });

  it('is nothing about credentials that are nobody’s', async () => {
    await refusalOf(ask('forged', 'tat:RunCommand'));
    expect(await records({ action: 'tat:RunCommand' })).toEqual([]);
  });
});

describe('when the record cannot be written', () => {
  beforeEach(() =>
    fixture.inStore((db) => db.schema.alterTable('audit_record').renameTo('audit_record_away').execute()),
  );

  it('writes and denials are refused as unavailable, and nothing is answered that needs no record', async () => {
    const { token } = fixture.root;
    const service = await fixture.serviceToken('gateway');
    for (const refused of [
      () => ask(token, 'tat:CreateCommand'),
      () => ask(token, 'tat:DescribeCommands', ['qcs::tat:r:uin/200000000002:command/x']),
      () => ask(service, 'muster:SaveCommand'),
      () => fixture.iam().addUser({ name: 'ann' }),
      () => fixture.exchange(fixture.root),
    ]) {
      expect(await refusalOf(refused())).toMatchObject({ kind: 'unavailable', reason: 'ServiceUnavailable' });
    }
    expect((await ask(token, 'tat:DescribeCommands')).allowed).toBe(true);
    await fixture.inStore((db) => db.schema.alterTable('audit_record_away').renameTo('audit_record').execute());
    expect((await ask(token, 'tat:CreateCommand')).allowed).toBe(true);
    expect(await fixture.iam().listUsers({})).toMatchObject({ data: [] });
    expect(await audit().verifyAudit({})).toMatchObject({ intact: true });
  });
});

describe('ListAuditRecords', () => {
  it('finds by principal, action, resource, outcome and time, and takes every character but * literally', async () => {
    const user = await fixture.user([allow('tat:*', command('*'))]);
    await ask(user.token, 'tat:ModifyCommand', [command('cmd-a?b')]);
    fixture.clock.ms += 1_000;
    await ask(user.token, 'tat:DeleteCommand', [command('cmd-axb')]);
    await ask(user.token, 'tat:DeleteCommand', [command('cmd-[x]')]);
    await ask(user.token, 'tat:DeleteCommand', ['qcs::cvm:ap-guangzhou::instance/ins-1']);
    const actions = async (filter: object) =>
      (await records({ uin: user.uin, action: 'tat:*', ...filter })).map((one) => one.action);

    expect(await actions({})).toEqual([
      'tat:DeleteCommand',
      'tat:DeleteCommand',
      'tat:DeleteCommand',
      'tat:ModifyCommand',
    ]);
    expect(await actions({ action: 'tat:Modify*' })).toEqual(['tat:ModifyCommand']);
    expect(await actions({ action: 'tat:modify*' })).toEqual([]);
    expect(await actions({ resource: '*cmd-a?b' })).toEqual(['tat:ModifyCommand']);
    expect(await actions({ resource: '*:command/cmd-[x]' })).toEqual(['tat:DeleteCommand']);
    expect(await actions({ resource: "*'; drop table audit_record; --*" })).toEqual([]);
    expect(await actions({ outcome: Outcome.IMPLICIT_DENY })).toEqual(['tat:DeleteCommand']);
    const second = { seconds: BigInt(fixture.clock.ms / 1_000), nanos: 0 };
    expect(await actions({ startTime: second })).toHaveLength(3);
    expect(await actions({ endTime: second })).toEqual(['tat:ModifyCommand']);
    expect(await records({ uin: '100000000999' })).toEqual([]);
  });

  it('pages from the newest to the oldest without missing what is added meanwhile', async () => {
    const before = (await records())[0]!.sequence;
    for (let i = 0; i < 5; i++) await ask(fixture.root.token, 'tat:CreateCommand');
    const seen: bigint[] = [];
    let beforeSequence = '0';
    do {
      const page = await audit().listAuditRecords({ action: 'tat:*', limit: 2, beforeSequence });
      expect(page.records.length).toBeLessThanOrEqual(2);
      seen.push(...page.records.map(({ sequence }) => sequence - before));
      beforeSequence = page.nextBeforeSequence;
      await ask(fixture.root.token, 'tat:CreateCommand');
    } while (beforeSequence !== '0');
    expect(seen).toEqual([5n, 4n, 3n, 2n, 1n]);
    for (const limit of [0, 201]) {
      expect(await refusalOf(audit().listAuditRecords({ limit }))).toMatchObject({ details: { field: 'Limit' } });
    }
    const long = 'x'.repeat(1_025);
    expect(await refusalOf(audit().listAuditRecords({ action: long }))).toMatchObject({ details: { field: 'Action' } });
  });

  it('is for those who may, and shows them their own account', async () => {
    const user = await fixture.user([allow('cam:ListAuditRecords')]);
    expect((await audit(user.token).listAuditRecords({})).records.length).toBeGreaterThan(0);
    const nobody = await fixture.user();
    const methods = [audit(nobody.token).listAuditRecords({}), audit(nobody.token).verifyAudit({})];
    for (const call of methods) expect(await refusalOf(call)).toMatchObject({ kind: 'denied' });
  });
});

describe('ExportAudit', () => {
  it('streams every record in order, each linked to the one before', async () => {
    for (let i = 0; i < 300; i++) await ask(fixture.root.token, 'tat:CreateCommand');
    const all = [];
    for await (const { record } of audit().exportAudit({})) all.push(record!);
    expect(all.map(({ sequence }) => sequence)).toEqual(Array.from({ length: all.length }, (_, i) => BigInt(i + 1)));
    expect(all.length).toBeGreaterThanOrEqual(300);
    expect(all[0]!.previousHash).toHaveLength(0);
    for (const [i, record] of all.slice(1).entries()) expect(record.previousHash).toEqual(all[i]!.hash);
    const tail = [];
    for await (const { record } of audit().exportAudit({ fromSequence: '299' })) tail.push(record!.sequence);
    expect(tail[0]).toBe(299n);
  });
});

describe('ListLastUsed', () => {
  it('counts allowed calls by principal and action, newest first, and denied ones not at all', async () => {
    const user = await fixture.user([allow('tat:*', command('*'))]);
    for (let i = 0; i < 3; i++) await ask(user.token, 'tat:DescribeCommands', [command('cmd-1')]);
    fixture.clock.ms += 1_000;
    await ask(user.token, 'tat:ModifyCommand', [command('cmd-1')]);
    await ask(user.token, 'tat:DescribeRegisterCodes');
    const { list, totalNum } = await audit().listLastUsed({ uin: user.uin });
    expect(totalNum).toBe(2);
    expect(list).toMatchObject([
      { uin: user.uin, action: 'tat:ModifyCommand', count: 1n },
      { uin: user.uin, action: 'tat:DescribeCommands', count: 3n },
    ]);
    expect(Number(list[0]!.lastUsedTime!.seconds) - Number(list[1]!.lastUsedTime!.seconds)).toBe(1);
    expect((await audit().listLastUsed({ uin: user.uin, rp: 1, page: 2 })).list).toMatchObject([{ count: 3n }]);
    expect((await audit().listLastUsed({ action: 'tat:ModifyCommand' })).totalNum).toBe(1);
  });

  it('counts on across a restart, and counts what a list may show as a use of the list', async () => {
    const user = await fixture.user([allow('tat:DescribeCommands', command('cmd-1'))]);
    const kinds = [command('*')];
    const context = { credential: user.token };
    await ask(user.token, 'tat:DescribeCommands', [command('cmd-1'), command('cmd-2')], { semantic: Semantic.EACH });
    await fixture.restart();
    const client = await fixture.authorization();
    await client.planResources({ context, action: 'tat:DescribeCommands', resources: kinds });
    await client.planResources({ context, action: 'tat:DescribeInvocations', resources: kinds });
    expect((await audit().listLastUsed({ uin: user.uin })).list).toMatchObject([
      { action: 'tat:DescribeCommands', count: 2n },
    ]);
  });
});
