import type { Clock } from '@muster/kernel';
import { Lru } from '@muster/kernel';
import type { AccessLevel } from '@muster/policy';
import type { Call } from '@muster/rpc';
import type { AccessAnswer, AccessQuestion } from '../domain/access.ts';
import { type AuditEntry, type AuditPrincipal, auditEntry, onRecord } from '../domain/audit-entry.ts';
import type { UserIdentity } from '../domain/identity.ts';
import { afterFailure, type LoginAttempts } from '../domain/lockout.ts';
import type { AccountReader } from '../store/account-store.ts';
import { newDecisionId } from './decision-id.ts';
import type { AuditTrail } from './trail.ts';
import type { Usage } from './usage.ts';

/** This service's name where it asks itself. */
export const OWN_NAME = 'iam-svc';

/** Names under which refused tries are counted at a time. */
const REMEMBERED_TRIES = 4_096;

/** Something that was let in or refused without a policy: a sign-in, a role taken on, another account chosen. */
export interface AuditEvent {
  readonly call: Pick<Call, 'requestId' | 'peerAddress'>;
  readonly accountUin: string;
  /** Who it was, or whose name was used. */
  readonly principal: AuditPrincipal;
  /** The method's action, such as `sts:Login`. */
  readonly action: string;
  readonly allowed: boolean;
  /** Undefined for none. */
  readonly accessKeyId?: string | undefined;
  /** What it was about; the principal itself when absent. */
  readonly resources?: readonly string[];
}

/** What the audit is made of. */
export interface AuditParts {
  readonly trail: AuditTrail;
  readonly usage: Usage;
  readonly accounts: Pick<AccountReader, 'first'>;
  readonly clock: Clock;
}

/** Puts on record what has to be, and counts the rest. */
export class Audit {
  readonly #parts: AuditParts;
  readonly #tries = new Lru<string, LoginAttempts>(REMEMBERED_TRIES);
  #home: string | undefined;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** Takes note of a decision. What has to go on record is committed when this resolves; throws `unavailable` when it cannot be. */
  async decision(question: AccessQuestion, answer: AccessAnswer, level: AccessLevel): Promise<void> {
    const { clock, trail } = this.#parts;
    const { identity } = answer;
    const decisions = onRecord(question, answer, level);
    if (decisions.length > 0) {
      const home = identity.kind === 'service' ? await this.#homeOfServices() : '';
      await trail.append(auditEntry(question, answer, { decisions, home, now: clock.now() }));
    }
    if (identity.kind === 'user' && isUse(question, answer)) this.count(identity, question.action);
  }

  /** Counts one allowed use of an action. */
  count({ accountUin, uin }: UserIdentity, action: string): void {
    const { clock, usage } = this.#parts;
    usage.count({ accountUin, uin, action, now: clock.now() });
  }

  /**
   * Puts a sign-in or the like on record: allowed ones before they are answered, refused ones as well. Resolves once it is committed;
   * throws `unavailable` when it cannot be.
   */
  async record({
    call,
    accountUin,
    principal,
    action,
    allowed,
    accessKeyId = '',
    resources,
  }: AuditEvent): Promise<void> {
    const { clock, trail } = this.#parts;
    const named = resources ?? [`qcs::cam::uin/${accountUin}:uin/${principal.uin}`];
    const entry: AuditEntry = {
      accountUin,
      time: clock.now(),
      principal,
      accessKeyId,
      action,
      resources: named,
      resourceCount: named.length,
      outcome: allowed ? 'allowed' : 'implicit_deny',
      policyId: '0',
      policyVersion: 0,
      statementIndex: 0,
      revision: 0,
      decisionId: newDecisionId(),
      requestId: call.requestId,
      sourceIp: call.peerAddress,
      service: OWN_NAME,
    };
    await trail.append(entry);
  }

  /**
   * Puts a refused try on record that anybody can repeat without end, for it is refused before it is known who sends it: as often as
   * the lock-out would look at passwords, so that the record cannot be filled with them.
   */
  async recordTry(event: Omit<AuditEvent, 'allowed'>): Promise<void> {
    const { clock } = this.#parts;
    const now = clock.now();
    const name = `${event.accountUin} ${event.principal.uin} ${event.accessKeyId}`;
    const tries = this.#tries.get(name) ?? { failures: 0, lockedUntil: 0 };
    if (now < tries.lockedUntil) return;
    this.#tries.set(name, afterFailure(tries, now));
    await this.record({ ...event, allowed: false });
  }

  /** Services belong to no account; what is refused to them is on record in the installation's first. */
  async #homeOfServices(): Promise<string> {
    this.#home ??= await this.#parts.accounts.first();
    if (this.#home === undefined) throw new Error('there is no account yet');
    return this.#home;
  }
}

function isUse({ semantic }: AccessQuestion, { allowed, decisions }: AccessAnswer): boolean {
  return allowed || (semantic === 'each' && decisions.some(({ outcome }) => outcome === 'allowed'));
}
