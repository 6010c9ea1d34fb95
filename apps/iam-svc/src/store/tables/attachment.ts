/** A policy, custom or preset, that somebody in an account has. */
export interface AttachmentTable {
  account_uin: string;
  target_kind: 'user' | 'group' | 'role';
  /** A uin (also a collaborator's), a group's number or a role's id. */
  target_id: string;
  policy_id: number;
  /** Epoch milliseconds. */
  attached_at: number;
}
