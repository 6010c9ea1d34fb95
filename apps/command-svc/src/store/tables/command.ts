/** A command: what stays the same from version to version, and which version is the latest. */
export interface CommandTable {
  command_id: string;
  account_uin: string;
  /** The latest version's, here because it is unique within the account. */
  command_name: string;
  version: number;
  /** Epoch milliseconds. */
  created_at: number;
  created_uin: string;
}
