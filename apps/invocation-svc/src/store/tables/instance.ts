import type { InstanceKind } from '@muster/kernel';

/** A machine: its identity, what it said of itself, and whether it can be reached. */
export interface InstanceTable {
  instance_id: string;
  account_uin: string;
  /** Public key of the account's NATS account, as the second token of what services hear. */
  tenant: string;
  name: string;
  kind: InstanceKind;
  /** The machine's public nkey, `U...`. */
  public_key: string;
  register_code_id: string;
  host_name: string;
  local_ip: string;
  /** `Linux`, `Windows` or `Darwin`. */
  system_name: string;
  agent_version: string;
  /** A hash; empty when the machine has none. */
  machine_id: string;
  /** JSON array of text. */
  support_features: string;
  /** The newest session's number; 0 before the first. */
  epoch: number;
  /** Empty before the first session, like `journal_id`. */
  boot_id: string;
  journal_id: string;
  /** 0 or 1. */
  online: number;
  /** When the newest session began, epoch milliseconds; null before the first. */
  session_opened_at: number | null;
  /** When two machines were last found to speak as this one, epoch milliseconds; null when never. */
  clone_noticed_at: number | null;
  /** What its agent refused since it started: a JSON object of counts by reason. */
  refusals: string;
  /** What its own veto file refuses, in words; empty without one. */
  host_veto: string;
  /** The keys whose signature on a task it accepts: a JSON array of text, empty when it does not say. */
  signing_key_ids: string;
  /** Epoch milliseconds; null before the first word. */
  last_heartbeat_at: number | null;
  /** Epoch milliseconds, like `updated_at`. */
  created_at: number;
  updated_at: number;
}
