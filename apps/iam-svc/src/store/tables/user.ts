/** Somebody who can call: the root of an account (uin = account_uin) or one of its sub-users. */
export interface UserTable {
  uin: string;
  account_uin: string;
  name: string;
  remark: string;
  /** The console password's argon2id hash in PHC form; empty for a user without one. */
  password_hash: string;
  /** Epoch milliseconds. */
  created_at: number;
}
