import type { Generated } from 'kysely';

/** A root account. */
export interface AccountTable {
  /** The root's uin. */
  account_uin: string;
  app_id: string;
  /** What the installation calls it; empty for the first. */
  name: Generated<string>;
  /** One more for every change that may change a decision. */
  revision: number;
  /** Epoch milliseconds. */
  created_at: number;
}
