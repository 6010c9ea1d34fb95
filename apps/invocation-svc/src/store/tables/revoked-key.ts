/** The key of a machine that was removed: whoever has it is not let onto the bus any more. */
export interface RevokedKeyTable {
  /** `U...` */
  public_key: string;
  account_uin: string;
  /** Epoch milliseconds. */
  revoked_at: number;
}
