/** How a principal uses an action. */
export interface LastUsedTable {
  account_uin: string;
  uin: string;
  action: string;
  /** Epoch milliseconds. */
  last_used_at: number;
  /** How often it was allowed. */
  count: number;
}
