/** A principal of another account that may act in this one, under its own uin. */
export interface CollaboratorTable {
  /** The inviting account. */
  account_uin: string;
  uin: string;
  /** Unique among the account's collaborators. */
  name: string;
  remark: string;
  boundary_policy_id: number | null;
  /** Epoch milliseconds. */
  created_at: number;
}
