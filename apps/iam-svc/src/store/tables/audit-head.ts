/** The newest record of an account's chain, sealed: cutting the end off the chain shows. */
export interface AuditHeadTable {
  account_uin: string;
  sequence: number;
  hash: Uint8Array;
  /** HMAC over sequence and hash with a key outside of the store. */
  seal: Uint8Array;
}
