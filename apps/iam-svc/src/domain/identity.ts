/** A user as a credential proves it, with everything that a decision about it needs. */
export interface UserIdentity {
  readonly kind: 'user';
  readonly uin: string;
  readonly accountUin: string;
  readonly appId: string;
  readonly name: string;
  /** The account's revision when this was read. */
  readonly revision: number;
  /** What is attached, in the versions in force at that revision. */
  readonly policies: readonly PolicyRef[];
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

export function isRoot({ uin, accountUin }: Pick<UserIdentity, 'uin' | 'accountUin'>): boolean {
  return uin === accountUin;
}
