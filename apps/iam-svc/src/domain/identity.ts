/** A principal as a credential proves it, with everything that a decision about it needs. */
export interface UserIdentity {
  readonly kind: 'user';
  readonly type: 'root' | 'user' | 'collaborator' | 'role';
  /** A collaborator's is the one it has at home; a role's is its id. */
  readonly uin: string;
  /** The account that it acts in. */
  readonly accountUin: string;
  readonly appId: string;
  readonly name: string;
  /** The account's revision when this was read. */
  readonly revision: number;
  /** What is attached, directly and through groups, each once, in the versions in force at that revision. */
  readonly policies: readonly PolicyRef[];
  readonly boundary: PolicyRef | undefined;
  /** A policy that narrows the credential, JSON text; empty for none. */
  readonly sessionPolicy: string;
  /** Of a role session or a federated user; empty for none. */
  readonly sessionName: string;
  /** Whether a one-time code stood behind the credential. */
  readonly mfa: boolean;
  /** The key behind the credential; undefined for a console login. */
  readonly accessKeyId: string | undefined;
}

/** One of Muster's services. */
export interface ServiceIdentity {
  readonly kind: 'service';
  readonly name: string;
}

export type Identity = UserIdentity | ServiceIdentity;

/** One version of a policy; its text never changes. */
export interface PolicyRef {
  readonly policyId: number;
  readonly version: number;
}

export function isRoot({ type }: Pick<UserIdentity, 'type'>): boolean {
  return type === 'root';
}

/** The name that a principal goes by: of an assumed role that of the session, for it is what tells its users apart. */
export function displayName(identity: Identity): string {
  return identity.kind === 'user' && identity.type === 'role' ? identity.sessionName : identity.name;
}
