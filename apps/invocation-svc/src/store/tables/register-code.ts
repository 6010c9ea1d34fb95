import type { InstanceKind } from '@muster/kernel';

/** A register code; its value is not here, only a hash of it. */
export interface RegisterCodeTable {
  register_code_id: string;
  account_uin: string;
  /** SHA-256 of the value's text. */
  value_hash: Uint8Array;
  description: string;
  instance_name_prefix: string;
  kind: InstanceKind;
  register_limit: number;
  registered_count: number;
  /** Epoch milliseconds; null when it never expires. */
  expires_at: number | null;
  /** As given: an address, a CIDR, or empty for any. */
  ip_address_range: string;
  /** 0 or 1. */
  enabled: number;
  /** Epoch milliseconds, like `updated_at`. */
  created_at: number;
  updated_at: number;
}
