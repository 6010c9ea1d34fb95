/** A schedule that runs a command. */
export interface InvokerTable {
  invoker_id: string;
  account_uin: string;
  name: string;
  command_id: string;
  /** 0 for the latest at each firing. */
  command_version: number;
  /** Empty for the command's own. */
  username: string;
  /** JSON text or empty, hidden values masked: what answers show. */
  parameters: string;
  /** The same with every value, sealed; null when there are none. */
  sealed_parameters: Uint8Array | null;
  /** JSON array of ids; empty with a selector. */
  instance_ids: string;
  /** JSON text; null without one. */
  selector: string | null;
  offline_policy: string;
  /** 0 or 1. */
  enabled: number;
  /** `ONCE` or `RECURRENCE`. */
  policy: string;
  /** Five fields; empty with ONCE. */
  recurrence: string;
  /** Of ONCE, epoch milliseconds like all times here. */
  invoke_at: number | null;
  /** IANA. */
  time_zone: string;
  overlap_policy: string;
  missed_run_policy: string;
  /** Seconds. */
  missed_run_window: number;
  /** The next slot; null when it does not fire. */
  next_at: number | null;
  /** Who made it. */
  created_uin: string;
  /** Whose rights it fires with, by iam-svc's name for it; null once that was ended. */
  delegation_id: string | null;
  created_at: number;
  updated_at: number;
  /** Its records stay, and are decided by what it was; null while it is there. */
  deleted_at: number | null;
}
