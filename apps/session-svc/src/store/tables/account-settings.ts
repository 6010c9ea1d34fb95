/** What an account has set about its sessions; null where it has not. */
export interface AccountSettingsTable {
  account_uin: string;
  /** 0 or 1. */
  record_output: number | null;
  record_input: number | null;
  recording_days: number | null;
  recording_megabytes: number | null;
  idle_seconds: number | null;
  longest_seconds: number | null;
}
