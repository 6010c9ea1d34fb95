/**
 * What is on record about one decision. iam-svc hashes it when it is made; whoever keeps an export can hash it again, and so the
 * form is here, where both can reach it. The hash itself is SHA-256 over `chainBytes`.
 */
export interface AuditContent {
  /** In whose chain it is. */
  readonly accountUin: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly principal: {
    readonly type: 'root' | 'user' | 'collaborator' | 'role' | 'service';
    readonly uin: string;
    readonly name: string;
  };
  readonly accessKeyId: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly resourceCount: number;
  readonly outcome: 'allowed' | 'explicit_deny' | 'implicit_deny';
  readonly policyId: string;
  readonly policyVersion: number;
  readonly statementIndex: number;
  readonly revision: number;
  readonly decisionId: string;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly service: string;
}

/** What `auditTexts` puts together under its last text, as JSON. */
export type AuditDetail = Omit<AuditContent, 'accountUin' | 'time' | 'principal' | 'action' | 'resources' | 'outcome'> &
  Pick<AuditContent['principal'], 'type' | 'name'>;

/** The texts that a record's hash covers. All of it: only the hash itself is left out. */
export type AuditTexts = readonly [
  accountUin: string,
  sequence: string,
  time: string,
  uin: string,
  action: string,
  outcome: string,
  resources: string,
  detail: string,
];

/** A record in the texts that are stored and hashed. The order of the detail's members is part of the form. */
export function auditTexts(record: AuditContent, sequence: number): AuditTexts {
  const { accountUin, time, principal, action, outcome, resources } = record;
  const detail: AuditDetail = {
    type: principal.type,
    name: principal.name,
    accessKeyId: record.accessKeyId,
    resourceCount: record.resourceCount,
    policyId: record.policyId,
    policyVersion: record.policyVersion,
    statementIndex: record.statementIndex,
    revision: record.revision,
    decisionId: record.decisionId,
    requestId: record.requestId,
    sourceIp: record.sourceIp,
    service: record.service,
  };
  const texts = [accountUin, String(sequence), String(time), principal.uin, action, outcome] as const;
  return [...texts, JSON.stringify(resources), JSON.stringify(detail)];
}

const LENGTH_BYTES = 4;

/**
 * The bytes to hash: the hash before and every text, each preceded by its length, so that no two records encode to the same
 * bytes.
 */
export function chainBytes(previous: Uint8Array, texts: readonly Uint8Array[]): Uint8Array {
  const parts = [previous, ...texts];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + LENGTH_BYTES + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    bytes.set(part, at + LENGTH_BYTES);
    at += LENGTH_BYTES + part.length;
  }
  return bytes;
}
