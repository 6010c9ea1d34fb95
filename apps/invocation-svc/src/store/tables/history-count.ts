/** How many runs or tasks of an account there are in all, or with one value in a column that lists filter by. */
export interface HistoryCountTable {
  account_uin: string;
  /** `invocation` or `invocation_task`. */
  counted: string;
  /** The column; empty for all of the account's. */
  of: string;
  value: string;
  total: number;
}
