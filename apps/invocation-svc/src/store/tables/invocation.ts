/** One run: what was asked, as it was then, and where it stands. */
export interface InvocationTable {
  invocation_id: string;
  account_uin: string;
  /** Who made it. */
  uin: string;
  command_id: string;
  /** 0 for a RunCommand. */
  command_version: number;
  /** What a look at the run is decided on: the command's id, or `*` when it is in no library. */
  command_subject: string;
  /** Who made the command; null where nobody knows. */
  command_creator: string | null;
  /** `USER`, or `TAT` for one of the public library. */
  command_created_by: string;
  command_name: string;
  description: string;
  source: string;
  /** The invoker that made it; null when none did. */
  invoker_id: string | null;
  /** The run that this one repeats; null for none. */
  parent_invocation_id: string | null;
  /** `MIXED` when its machines are of several kinds. */
  instance_kind: string;
  task_count: number;
  /** How many absent machines were left out. */
  skipped_count: number;
  command_type: string;
  username: string;
  working_directory: string;
  /** Seconds. */
  timeout: number;
  /** UTF-8, with its placeholders. */
  content: Uint8Array;
  /** What machines run, with its environment: JSON text of a Script, sealed for this run. */
  sealed_script: Uint8Array;
  /** UTF-8, rendered, hidden values masked: what answers show. */
  shown_content: Uint8Array;
  /** JSON text or empty, hidden values masked. */
  parameters: string;
  /** JSON text or empty, hidden values masked. */
  default_parameters: string;
  /** Where the full output goes, like the prefix; empty for nowhere. */
  output_cos_bucket_url: string;
  output_cos_key_prefix: string;
  status: string;
  /** Counts the committed changes of this run. */
  sequence: number;
  /** Epoch milliseconds, as all times here. */
  created_at: number;
  updated_at: number;
  start_time: number | null;
  end_time: number | null;
}
