/** A long-lived key of a user. */
export interface AccessKeyTable {
  access_key_id: string;
  uin: string;
  /** The secret, sealed by the vault. */
  secret: Uint8Array;
  /** 1 when the key works. */
  active: number;
  description: string;
  /** Epoch milliseconds. */
  created_at: number;
  /** Epoch milliseconds; null until it is used. */
  last_used_at: number | null;
}
