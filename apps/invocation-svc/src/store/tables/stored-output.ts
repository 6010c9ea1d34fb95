/** What `task_output` holds of a task, in sum. Only tasks that wrote something have a row. */
export interface StoredOutputTable {
  invocation_task_id: string;
  /** As stored: blocks count compressed. */
  stored_bytes: number;
  /** What is not in blocks yet. */
  loose_bytes: number;
  loose_pieces: number;
  /** 1 while there is a block to make. */
  pack_due: number;
  /** When the task ended, epoch milliseconds; null before: nothing of it is removed. */
  ended_at: number | null;
  /** 1 once its removal has begun. */
  removing: number;
}

/** What `stored_output` sums up to, in its only row. */
export interface OutputTotalTable {
  stored_bytes: number;
}
