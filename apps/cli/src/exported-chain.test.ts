import { hash } from 'node:crypto';
import { type AuditContent, auditTexts, chainBytes } from '@muster/kernel';
import { describe, expect, test } from 'vitest';
import { verifyExport } from './exported-chain.ts';

const CONTENT: AuditContent = {
  accountUin: '100000000001',
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  principal: { type: 'user', uin: '100000000011', name: '运维' },
  accessKeyId: 'AKIDa',
  action: 'tat:RunCommand',
  resources: ['qcs::cvm:ap-guangzhou:uin/100000000001:instance/ins-1'],
  resourceCount: 1,
  outcome: 'implicit_deny',
  policyId: '7',
  policyVersion: 2,
  statementIndex: 1,
  revision: 12,
  decisionId: 'd',
  requestId: 'r',
  sourceIp: '192.0.2.1',
  service: 'invocation-svc',
};

/** Records as an export has them, the second one of a service. */
function exported(count: number): Record<string, unknown>[] {
  let previous: Uint8Array = new Uint8Array();
  return Array.from({ length: count }, (_, i) => {
    const service = i === 1;
    const content = service
      ? { ...CONTENT, principal: { type: 'service', uin: '0', name: 'gateway' } as const }
      : CONTENT;
    const texts = auditTexts(content, i + 1).map((text) => Buffer.from(text));
    const own = hash('sha256', chainBytes(previous, texts), 'buffer');
    const { type, uin, name } = content.principal;
    const line = {
      Sequence: i + 1,
      Time: new Date(content.time).toISOString(),
      Principal: { Type: type.toUpperCase(), AccountUin: service ? '0' : content.accountUin, Uin: uin, Name: name },
      AccessKeyId: content.accessKeyId,
      Action: content.action,
      Resources: content.resources,
      ResourceCount: content.resourceCount,
      Outcome: content.outcome.toUpperCase(),
      PolicyId: content.policyId,
      PolicyVersion: content.policyVersion,
      StatementIndex: content.statementIndex,
      Revision: content.revision,
      DecisionId: content.decisionId,
      RequestId: content.requestId,
      SourceIp: content.sourceIp,
      Service: content.service,
      PreviousHash: Buffer.from(previous).toString('base64'),
      Hash: own.toString('base64'),
    };
    previous = own;
    return line;
  });
}

async function* lines(records: readonly unknown[]): AsyncIterable<string> {
  for (const record of records) yield typeof record === 'string' ? record : JSON.stringify(record);
}

describe('an exported chain', () => {
  test('fits as it was written, whole or from a later record on', async () => {
    const records = exported(4);
    const { count, broken, headHash } = await verifyExport(lines([...records, '']));
    expect({ count, broken }).toEqual({ count: 4, broken: undefined });
    expect(Buffer.from(headHash).toString('base64')).toBe(records[3]!.Hash);
    expect(await verifyExport(lines(records.slice(2)))).toMatchObject({ count: 2, broken: undefined });
    expect(await verifyExport(lines([]))).toMatchObject({ count: 0, broken: undefined });
  });

  test.each(Object.keys(exported(1)[0]!).filter((name) => !['Sequence', 'PreviousHash'].includes(name)))(
    'names the record whose %s was changed',
    async (name) => {
      const changed = exported(4);
      const other: Record<string, unknown> = {
        ...{ Time: '2026-01-02T03:04:05.679Z', Resources: [], Hash: changed[0]!.Hash },
        Principal: { Type: 'ROOT', AccountUin: '100000000001', Uin: '100000000011', Name: '运维' },
      };
      const was = changed[2]![name];
      changed[2]![name] = other[name] ?? (typeof was === 'number' ? was + 1 : `${was}x`);
      expect((await verifyExport(lines(changed))).broken).toEqual({ sequence: 3, problem: 'the record was changed' });
    },
  );

  test('names what is missing, out of order, or no record', async () => {
    const [one, two, three] = exported(3);
    const broken = async (...records: unknown[]) => (await verifyExport(lines(records))).broken;
    expect(await broken(one, three)).toEqual({ sequence: 2, problem: 'the record is missing' });
    expect(await broken(one, { ...two, PreviousHash: two!.Hash })).toMatchObject({
      sequence: 2,
      problem: expect.stringContaining('follow'),
    });
    expect(await broken(one, '{')).toMatchObject({ sequence: 2 });
    expect(await broken({ ...one, Hash: 1 })).toMatchObject({ sequence: 1 });
  });
});
