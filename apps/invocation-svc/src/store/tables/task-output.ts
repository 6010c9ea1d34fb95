import type { Generated } from 'kysely';

/** A piece of one output of a task. */
export interface TaskOutputTable {
  /** The order of arrival. */
  arrival: Generated<number>;
  invocation_task_id: string;
  /** `STDOUT` or `STDERR`. */
  stream: string;
  /** Where it begins, in bytes. */
  start_offset: number;
  /** How many bytes. */
  length: number;
  data: Uint8Array;
}
