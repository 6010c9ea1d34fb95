import type { WithOutbox } from '@muster/db';
import type { AccessKeyTable } from './tables/access-key.ts';
import type { AccountTable } from './tables/account.ts';
import type { AttachmentTable } from './tables/attachment.ts';
import type { AuditHeadTable } from './tables/audit-head.ts';
import type { AuditRecordTable } from './tables/audit-record.ts';
import type { CollaboratorTable } from './tables/collaborator.ts';
import type { CounterTable } from './tables/counter.ts';
import type { DelegationTable } from './tables/delegation.ts';
import type { GroupMemberTable } from './tables/group-member.ts';
import type { KeyringTable } from './tables/keyring.ts';
import type { LastUsedTable } from './tables/last-used.ts';
import type { LoginAttemptTable } from './tables/login-attempt.ts';
import type { PolicyTable } from './tables/policy.ts';
import type { PolicyVersionTable } from './tables/policy-version.ts';
import type { RoleTable } from './tables/role.ts';
import type { TagTable } from './tables/tag.ts';
import type { TokenTable } from './tables/token.ts';
import type { UsedNonceTable } from './tables/used-nonce.ts';
import type { UsedSignatureTable } from './tables/used-signature.ts';
import type { UserTable } from './tables/user.ts';
import type { UserGroupTable } from './tables/user-group.ts';

/** The tables of iam.db. */
export interface IamSchema extends WithOutbox {
  account: AccountTable;
  user: UserTable;
  collaborator: CollaboratorTable;
  user_group: UserGroupTable;
  group_member: GroupMemberTable;
  role: RoleTable;
  access_key: AccessKeyTable;
  policy: PolicyTable;
  policy_version: PolicyVersionTable;
  attachment: AttachmentTable;
  tag: TagTable;
  token: TokenTable;
  delegation: DelegationTable;
  used_nonce: UsedNonceTable;
  used_signature: UsedSignatureTable;
  login_attempt: LoginAttemptTable;
  keyring: KeyringTable;
  counter: CounterTable;
  audit_record: AuditRecordTable;
  audit_head: AuditHeadTable;
  last_used: LastUsedTable;
}
