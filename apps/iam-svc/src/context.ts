import type { Clock } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import type { Vault } from '@muster/vault';
import type { Audit } from './audit/audit.ts';
import type { Seals } from './audit/chain.ts';
import type { Usage } from './audit/usage.ts';
import type { UsedSignatures } from './credentials/used-signatures.ts';
import type { BearerTokens } from './crypto/bearer-tokens.ts';
import type { TemporaryKeys } from './crypto/temporary-keys.ts';
import type { Decider } from './decide/decider.ts';
import type { Quotas } from './domain/quotas.ts';
import type { ExplainedPolicies } from './explain/explained-policies.ts';
import type { AccessKeyReader } from './store/access-key-store.ts';
import type { AccountReader } from './store/account-store.ts';
import type { AttachmentReader } from './store/attachment-store.ts';
import type { AuditReader } from './store/audit-store.ts';
import type { CollaboratorReader } from './store/collaborator-store.ts';
import type { GranteeReader } from './store/grantee-store.ts';
import type { GroupReader } from './store/group-store.ts';
import type { IamWriters } from './store/iam-writers.ts';
import type { LastUsedStore } from './store/last-used-store.ts';
import type { MessageReceiverReader } from './store/message-receiver-store.ts';
import type { PolicyReader } from './store/policy-store.ts';
import type { RightsReader } from './store/rights-store.ts';
import type { RoleReader } from './store/role-store.ts';
import type { TagReader } from './store/tag-store.ts';
import type { UserReader } from './store/user-store.ts';

/** What the doors of this service may use; each takes the part it needs. */
export interface IamContext {
  readonly accounts: AccountReader;
  readonly users: UserReader;
  readonly collaborators: CollaboratorReader;
  readonly receivers: MessageReceiverReader;
  readonly keys: AccessKeyReader;
  readonly grantees: GranteeReader;
  readonly groups: GroupReader;
  readonly policies: PolicyReader;
  readonly roles: RoleReader;
  readonly attachments: AttachmentReader;
  readonly tags: TagReader;
  /** Who has which rights, for questions about others. */
  readonly rights: RightsReader;
  readonly explained: ExplainedPolicies;
  /** Runs `work` in one transaction; what it announced is on its way when the promise resolves. */
  readonly commit: <R>(work: (writers: IamWriters) => Promise<R>) => Promise<R>;
  /**
   * The same for a call: what was decided about it is decided again first, inside the transaction. No change of rights can
   * slip in between the decision and the write.
   */
  readonly write: <R>(call: Call, work: (writers: IamWriters) => Promise<R>) => Promise<R>;
  readonly decider: Decider;
  /** Puts on record what is let in or refused without a policy: sign-ins, roles taken on. */
  readonly audit: Audit;
  readonly auditRecords: AuditReader;
  readonly seals: Seals;
  readonly usage: Usage;
  readonly lastUsed: LastUsedStore;
  readonly vault: Vault;
  readonly bearerTokens: BearerTokens;
  readonly temporaryKeys: TemporaryKeys;
  readonly usedSignatures: UsedSignatures;
  /** Whether a signature must cover the action. */
  readonly strictSignatures: boolean;
  readonly clock: Clock;
  readonly region: string;
  readonly quotas: Quotas;
  /** How long tokens live, in milliseconds. */
  readonly lifetimes: { readonly exchange: number; readonly console: number };
}
