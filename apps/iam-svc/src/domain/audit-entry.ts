import type { AccessLevel, Outcome, ResourceDecision } from '@muster/policy';
import type { AccessAnswer, AccessQuestion } from './access.ts';
import { displayName, type Identity, type UserIdentity } from './identity.ts';

/** Resources that one record names; it says how many there were. */
const NAMED_RESOURCES = 20;

/** What goes on record about one decision. */
export interface AuditEntry {
  /** In whose chain it goes. */
  readonly accountUin: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly principal: AuditPrincipal;
  /** The key behind the token; empty for a console login. */
  readonly accessKeyId: string;
  readonly action: string;
  /** The first 20, of a denial the denied ones first. */
  readonly resources: readonly string[];
  readonly resourceCount: number;
  readonly outcome: Outcome;
  /** What decided; `0` and zeros when no policy did. */
  readonly policyId: string;
  readonly policyVersion: number;
  readonly statementIndex: number;
  readonly revision: number;
  readonly decisionId: string;
  readonly requestId: string;
  readonly sourceIp: string;
  /** The service that asked. */
  readonly service: string;
}

/** Who asked, as the record names them. */
export interface AuditPrincipal {
  readonly type: UserIdentity['type'] | 'service';
  /** `0` for a service. */
  readonly uin: string;
  readonly name: string;
}

/**
 * The decisions of an answer that go on record: all of a denied request, and those that let something be changed. A question about
 * each resource for itself denies nobody anything.
 */
export function onRecord(
  { semantic }: Pick<AccessQuestion, 'semantic'>,
  { allowed, decisions }: Pick<AccessAnswer, 'allowed' | 'decisions'>,
  level: AccessLevel,
): readonly ResourceDecision[] {
  const isAllowed = ({ outcome }: ResourceDecision) => outcome === 'allowed';
  if (semantic === 'each') return level === 'write' ? decisions.filter(isAllowed) : [];
  if (allowed) return level === 'write' ? decisions : [];
  return [...decisions.filter((one) => !isAllowed(one)), ...decisions.filter(isAllowed)];
}

/** The record of decisions, of which the first is what the request came to. Services have no account: theirs goes to `home`. */
export function auditEntry(
  { brought, action }: Pick<AccessQuestion, 'brought' | 'action'>,
  { identity, decisionId }: Pick<AccessAnswer, 'identity' | 'decisionId'>,
  { decisions, home, now }: { decisions: readonly ResourceDecision[]; home: string; now: number },
): AuditEntry {
  const { outcome, policyId = '0', version = 0, statementIndex = 0 } = decisions[0]!;
  const user = identity.kind === 'user' ? identity : undefined;
  return {
    accountUin: user?.accountUin ?? home,
    time: now,
    principal: auditPrincipal(identity),
    accessKeyId: user?.accessKeyId ?? '',
    action,
    resources: decisions.slice(0, NAMED_RESOURCES).map(({ resource }) => resource),
    resourceCount: decisions.length,
    outcome,
    policyId,
    policyVersion: version,
    statementIndex,
    revision: user?.revision ?? 0,
    decisionId,
    requestId: brought.requestId,
    sourceIp: brought.peerAddress,
    service: brought.service,
  };
}

function auditPrincipal(identity: Identity): AuditPrincipal {
  const name = displayName(identity);
  return identity.kind === 'user'
    ? { type: identity.type, uin: identity.uin, name }
    : { type: 'service', uin: '0', name };
}
