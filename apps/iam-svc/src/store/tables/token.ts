/** A bearer token that is in force. Ending a token is deleting its row. */
export interface TokenTable {
  /** The token's `jti`. */
  token_id: string;
  uin: string;
  /** The key that it was exchanged for; null for a console login. */
  access_key_id: string | null;
  /** Epoch milliseconds. */
  expires_at: number;
}
