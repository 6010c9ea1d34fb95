/** On whose behalf a service may act later. It carries what a token carries, and is none; ending it is deleting its row. */
export interface DelegationTable {
  delegation_id: string;
  /** Who gave it: its end ends the delegation. For a role session, whoever assumed the role. */
  uin: string;
  /** The account to act in. */
  account_uin: string;
  /** The access key that it ends with; null for none. */
  access_key_id: string | null;
  /** 0 or 1: whether tokens got by it count as got with a one-time code. */
  mfa: number;
  /** When it ends by itself, epoch milliseconds; null for never. */
  expires_at: number | null;
  /** The role of a role session. */
  role_id: string | null;
  /** The name of a role session or of the federated user; empty for none. */
  session_name: string;
  /** A policy that narrows what it gives, JSON text; empty for none. */
  session_policy: string;
  /** What it is for, for the audit. */
  purpose: string;
  /** Epoch milliseconds. */
  created_at: number;
}
