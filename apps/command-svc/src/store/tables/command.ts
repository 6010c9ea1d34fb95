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
  /** USER or TAT. */
  created_by: string;
  /** The scene of a public command, or empty. */
  scene_id: string;
  /** 0 or 1: public commands that left the library are kept for what was pinned to their versions. */
  listed: number;
}
