/** Failed logins in a row under one name, whether there is such a user or not. */
export interface LoginAttemptTable {
  account_uin: string;
  user_name: string;
  failures: number;
  /** Epoch milliseconds; no password is looked at before. */
  locked_until: number;
  /** Epoch milliseconds. */
  updated_at: number;
}
