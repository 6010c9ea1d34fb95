/** A decision on record. Rows are only ever added. */
export interface AuditRecordTable {
  account_uin: string;
  /** From 1, without gaps, per account. */
  sequence: number;
  /** Epoch milliseconds. */
  time: number;
  /** Whoever asked; `0` for a service. */
  uin: string;
  action: string;
  outcome: 'allowed' | 'explicit_deny' | 'implicit_deny';
  /** JSON list of the first resources. */
  resources: string;
  /** JSON object of everything else. */
  detail: string;
  /** SHA-256 over the hash before and every column of this row. */
  hash: Uint8Array;
}
