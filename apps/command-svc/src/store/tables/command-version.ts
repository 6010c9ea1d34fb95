/** One immutable version of a command. Rows are added and, with their command, deleted; never updated. */
export interface CommandVersionTable {
  command_id: string;
  /** From 1. */
  version: number;
  command_name: string;
  description: string;
  /** UTF-8. */
  content: Uint8Array;
  command_type: string;
  working_directory: string;
  /** Seconds. */
  timeout: number;
  /** 0 or 1. */
  enable_parameter: number;
  /** JSON text of an object, or empty; hidden values masked. */
  default_parameters: string;
  /** JSON text of a list of ParameterConf; hidden values masked. */
  default_parameter_confs: string;
  /** The hidden values by name, sealed for this version; null when there are none. */
  hidden_defaults: Uint8Array | null;
  username: string;
  /** Empty for nowhere. */
  output_cos_bucket_url: string;
  output_cos_key_prefix: string;
  /** JSON text, or empty. */
  formatted_description: string;
  /** Epoch milliseconds. */
  updated_at: number;
  updated_uin: string;
}
