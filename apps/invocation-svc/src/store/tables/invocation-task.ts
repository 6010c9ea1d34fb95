import type { Generated } from 'kysely';

/** A run on one machine. While it waits, this row is the outbox of its order. */
export interface InvocationTaskTable {
  invocation_task_id: string;
  invocation_id: string;
  /** Its place among the run's machines, from 0. */
  position: number;
  account_uin: string;
  command_id: string;
  /** As the run's, like `command_creator`. */
  command_subject: string;
  command_creator: string | null;
  instance_id: string;
  instance_name: string;
  status: string;
  /** The claim that was allowed to start; null before. */
  claim: string | null;
  /** How often the order was published. */
  attempts: number;
  /** When dispatch sends something next, epoch milliseconds; null when there is nothing to send. */
  due_at: number | null;
  /** When the service closes it by itself, epoch milliseconds; null once it has ended. */
  deadline_at: number | null;
  /** Until when it waits for a machine that was absent when the run was made, epoch milliseconds; null for one that was there. */
  offline_expires_at: number | null;
  /** Seconds. */
  timeout: number;
  exit_code: number | null;
  error_info: string;
  /** Bytes stored, per output; also after they were removed. */
  stdout_length: number;
  stderr_length: number;
  /** Bytes past the limit, which are stored nowhere. */
  discarded: number;
  /** Where its machine put the full output, and why it could not; empty for neither. */
  output_url: string;
  output_upload_error: string;
  /** 1 once the stored output was removed by age or size. */
  output_expired: Generated<number>;
  created_at: number;
  updated_at: number;
  start_time: number | null;
  exec_end_time: number | null;
  end_time: number | null;
  /** What its machine said after the service had given it up; null when it said nothing. */
  late_status: string | null;
  late_exit_code: number | null;
  late_error_info: string | null;
  /** When that was received, epoch milliseconds. */
  late_received_at: number | null;
  /** How many reports of its end said something else than the first. */
  conflicts: number;
}
