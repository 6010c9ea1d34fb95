/** Each time that this store was restored from a backup; written by `muster restore`. */
export interface RestorationTable {
  /** When the backup was made, epoch milliseconds. */
  taken_at: number;
  /** When it was restored, epoch milliseconds. */
  restored_at: number;
  /** 0 until the service has dealt with what it means for its tasks. */
  settled: number;
}
