/** A policy attached to a sub-user. */
export interface UserPolicyTable {
  uin: string;
  policy_id: number;
  /** Epoch milliseconds. */
  attached_at: number;
}
