import { addToOutbox, type OutboxMessage } from '@muster/db';
import type { Transaction } from 'kysely';
import { AccessKeyWriter } from './access-key-store.ts';
import { AccountWriter } from './account-store.ts';
import { AttachmentWriter } from './attachment-store.ts';
import { BoundaryReader } from './boundary-store.ts';
import { CollaboratorWriter } from './collaborator-store.ts';
import { DelegationWriter } from './delegation-store.ts';
import { GranteeWriter } from './grantee-store.ts';
import { GroupWriter } from './group-store.ts';
import { KeyringStore } from './keyring-store.ts';
import { MessageReceiverWriter } from './message-receiver-store.ts';
import { PolicyWriter } from './policy-store.ts';
import { PrincipalReader } from './principal-store.ts';
import { RoleWriter } from './role-store.ts';
import type { IamSchema } from './schema.ts';
import { TagWriter } from './tag-store.ts';
import { TokenWriter } from './token-store.ts';
import { UserWriter } from './user-store.ts';

/** Everything that one transaction may change. */
export class IamWriters {
  readonly accounts: AccountWriter;
  readonly users: UserWriter;
  readonly collaborators: CollaboratorWriter;
  readonly receivers: MessageReceiverWriter;
  readonly keys: AccessKeyWriter;
  readonly grantees: GranteeWriter;
  readonly groups: GroupWriter;
  readonly policies: PolicyWriter;
  readonly roles: RoleWriter;
  readonly attachments: AttachmentWriter;
  readonly boundaries: BoundaryReader;
  readonly tags: TagWriter;
  readonly tokens: TokenWriter;
  readonly delegations: DelegationWriter;
  /** As of this transaction. */
  readonly principals: PrincipalReader;
  readonly keyring: KeyringStore;
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    this.accounts = new AccountWriter(trx);
    this.users = new UserWriter(trx);
    this.collaborators = new CollaboratorWriter(trx);
    this.receivers = new MessageReceiverWriter(trx);
    this.keys = new AccessKeyWriter(trx);
    this.grantees = new GranteeWriter(trx);
    this.groups = new GroupWriter(trx);
    this.policies = new PolicyWriter(trx);
    this.roles = new RoleWriter(trx);
    this.attachments = new AttachmentWriter(trx);
    this.boundaries = new BoundaryReader(trx);
    this.tags = new TagWriter(trx);
    this.tokens = new TokenWriter(trx);
    this.delegations = new DelegationWriter(trx);
    this.principals = new PrincipalReader(trx);
    this.keyring = new KeyringStore(trx);
    this.#trx = trx;
  }

  /** Has a message published once the transaction is committed. */
  async announce(message: OutboxMessage): Promise<void> {
    await addToOutbox(this.#trx, [message]);
  }
}
