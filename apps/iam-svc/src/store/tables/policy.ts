import type { Generated } from 'kysely';

/** A custom policy: what stays the same from version to version, and which version is in force. */
export interface PolicyTable {
  policy_id: number;
  account_uin: string;
  policy_name: string;
  description: string;
  /** The version in force, from 1. */
  version: number;
  /** The highest number ever given to a version. */
  latest_version: Generated<number>;
  /** Epoch milliseconds. */
  created_at: number;
  updated_at: number;
}
