import type { Generated } from 'kysely';

/** One immutable document of a policy. */
export interface PolicyVersionTable {
  policy_id: number;
  version: number;
  /** JSON text as it was given. */
  document: string;
  /** Epoch milliseconds; 0 for those saved before this was kept. */
  created_at: Generated<number>;
}
