/** A bearer token that is in force. Ending a token is deleting its row. */
export interface TokenTable {
  /** The token's `jti`. */
  token_id: string;
  /** Who got it: its end ends the token. For a role session, whoever assumed the role. */
  uin: string;
  /** The account it acts in: the user's own, or the one that it switched to or whose role it took on. */
  account_uin: string;
  /** The key that it was exchanged for, directly or through another token; null for a console login. */
  access_key_id: string | null;
  /** The role of a role session. */
  role_id: string | null;
  /** The name of a role session or of the federated user; empty for none. */
  session_name: string;
  /** A policy that narrows the token, JSON text; empty for none. */
  session_policy: string;
  /** 0 or 1: whether a one-time code stood behind it. */
  mfa: number;
  /** Epoch milliseconds. */
  expires_at: number;
}
