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
  command_name: string;
  description: string;
  source: string;
  instance_kind: string;
  /** Makes a repeated call harmless; null when none was given. */
  client_token: string | null;
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
  status: string;
  /** Counts the committed changes of this run. */
  sequence: number;
  /** Epoch milliseconds, as all times here. */
  created_at: number;
  updated_at: number;
  start_time: number | null;
  end_time: number | null;
}
