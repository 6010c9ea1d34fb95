/** One immutable document of a policy. */
export interface PolicyVersionTable {
  policy_id: number;
  version: number;
  /** JSON text as it was given. */
  document: string;
}
