/** A role. */
export interface RoleTable {
  /** A number as text: it stands where uins stand. */
  role_id: string;
  account_uin: string;
  name: string;
  description: string;
  /** The trust policy, JSON text as it was given. */
  trust_document: string;
  /** The longest a session may last. */
  session_seconds: number;
  boundary_policy_id: number | null;
  /** Epoch milliseconds. */
  created_at: number;
  updated_at: number;
}
