/** A group of users. */
export interface UserGroupTable {
  group_id: number;
  account_uin: string;
  name: string;
  remark: string;
  /** Epoch milliseconds. */
  created_at: number;
}
