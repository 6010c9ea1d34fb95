/** The NATS account of a Muster account. Its keys are files, never rows. */
export interface TenantTable {
  account_uin: string;
  /** The NATS account's public key, `A...`. */
  tenant: string;
  /** Epoch milliseconds. */
  created_at: number;
}
