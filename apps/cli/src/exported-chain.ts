import { hash } from 'node:crypto';
import { type AuditContent, auditTexts, chainBytes } from '@muster/kernel';
import { z } from 'zod';

/** A line of `muster audit export`, as far as its hash covers it. */
const LINE = z.object({
  Sequence: z.number(),
  Time: z.iso.datetime(),
  Principal: z.object({ Type: z.string(), AccountUin: z.string(), Uin: z.string(), Name: z.string() }),
  AccessKeyId: z.string(),
  Action: z.string(),
  Resources: z.array(z.string()),
  ResourceCount: z.number(),
  Outcome: z.string(),
  PolicyId: z.string(),
  PolicyVersion: z.number(),
  StatementIndex: z.number(),
  Revision: z.number(),
  DecisionId: z.string(),
  RequestId: z.string(),
  SourceIp: z.string(),
  Service: z.string(),
  PreviousHash: z.base64(),
  Hash: z.base64(),
});
type Line = z.infer<typeof LINE>;

/** What became of checking an export. */
export interface ChainVerdict {
  /** How many lines were checked and fit. */
  readonly count: number;
  /** The first record that does not fit, and why; undefined when all do. */
  readonly broken: { readonly sequence: number; readonly problem: string } | undefined;
  /** Of the last record; empty when there is none. */
  readonly headHash: Uint8Array;
}

/**
 * Hashes every record of an export again and follows the chain from line to line. An export that begins later is checked from there. What
 * was cut off at its end does not show: that takes the newest hash, kept elsewhere.
 */
export async function verifyExport(lines: AsyncIterable<string>): Promise<ChainVerdict> {
  let previous: Line | undefined;
  let accountUin = '0';
  let count = 0;
  const verdict = (sequence?: number, problem = ''): ChainVerdict => ({
    count,
    broken: sequence === undefined ? undefined : { sequence, problem },
    headHash: Buffer.from(previous?.Hash ?? '', 'base64'),
  });
  for await (const text of lines) {
    if (text === '') continue;
    const due = previous ? previous.Sequence + 1 : 1;
    const line = read(text);
    if (!line) return verdict(due, 'the line is no record of an export');
    if (previous && line.Sequence !== due) return verdict(due, 'the record is missing');
    // records of services name no account; they are in the chain of the account that exports
    if (line.Principal.AccountUin !== '0') accountUin = line.Principal.AccountUin;
    if (previous && line.PreviousHash !== previous.Hash) return verdict(due, 'it does not follow the record before');
    if (hashOf(line, accountUin) !== line.Hash) return verdict(line.Sequence, 'the record was changed');
    previous = line;
    count++;
  }
  return verdict();
}

function read(text: string): Line | undefined {
  try {
    return LINE.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function hashOf(line: Line, accountUin: string): string {
  const content: AuditContent = {
    accountUin,
    time: Date.parse(line.Time),
    principal: {
      type: line.Principal.Type.toLowerCase() as AuditContent['principal']['type'],
      uin: line.Principal.Uin,
      name: line.Principal.Name,
    },
    accessKeyId: line.AccessKeyId,
    action: line.Action,
    resources: line.Resources,
    resourceCount: line.ResourceCount,
    outcome: line.Outcome.toLowerCase() as AuditContent['outcome'],
    policyId: line.PolicyId,
    policyVersion: line.PolicyVersion,
    statementIndex: line.StatementIndex,
    revision: line.Revision,
    decisionId: line.DecisionId,
    requestId: line.RequestId,
    sourceIp: line.SourceIp,
    service: line.Service,
  };
  const texts = auditTexts(content, line.Sequence).map((text) => Buffer.from(text));
  return hash('sha256', chainBytes(Buffer.from(line.PreviousHash, 'base64'), texts), 'base64');
}
