import type { Generated } from 'kysely';

/** Output of a task: one piece as it was reported, or a block of them in the order of their arrival. */
export interface TaskOutputTable {
  /** The order of arrival, a block's by its last piece. */
  arrival: Generated<number>;
  invocation_task_id: string;
  /** Which bytes of standard output it holds, from the first to the one after the last; 0 and 0 for none. */
  stdout_from: number;
  stdout_to: number;
  /** The same of standard error. */
  stderr_from: number;
  stderr_to: number;
  /** When the piece was received, epoch milliseconds; null for a block, and where it is not known. */
  received_at: number | null;
  /** 1 for a block. */
  packed: number;
  /** The piece's bytes, or the block of domain/output-block.ts compressed with zstd. */
  data: Uint8Array;
}
