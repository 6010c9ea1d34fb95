/** A nonce that was accepted once, kept until its timestamp is too old to be accepted anyway. */
export interface UsedNonceTable {
  access_key_id: string;
  nonce: string;
  /** Epoch milliseconds. */
  expires_at: number;
}
