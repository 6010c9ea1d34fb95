/** A signature that a request other than a read was let in with, kept until its timestamp is too old to be accepted anyway. */
export interface UsedSignatureTable {
  signature: string;
  /** What it was used for. */
  purpose: string;
  /** Epoch milliseconds. */
  expires_at: number;
}
