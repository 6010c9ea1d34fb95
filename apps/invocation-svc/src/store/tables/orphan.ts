/** What a machine says of a task that this store does not know: it was restored, and the task is younger than the backup. */
export interface OrphanTable {
  instance_id: string;
  invocation_task_id: string;
  /** `SUCCESS`, `FAILED` …, as the machine said it. */
  outcome: string;
  exit_code: number;
  error_info: string;
  /** Bytes that its script wrote, both outputs together. */
  output_length: number;
  /** Epoch milliseconds. */
  received_at: number;
}
