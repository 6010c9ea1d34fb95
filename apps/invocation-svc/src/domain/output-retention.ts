/** How long and how much output is kept. */
export interface RetentionRules {
  /** How long after its task's end, milliseconds; undefined for ever. */
  readonly maxAgeMs: number | undefined;
  /** Bytes as stored, all tasks together. */
  readonly maxTotalBytes: number;
}

/** Stored output of a task that has ended. */
export interface EndedOutput {
  readonly invocationTaskId: string;
  /** Epoch milliseconds. */
  readonly endedAt: number;
  /** Its removal has begun. */
  readonly removing: boolean;
}

/** Whether the oldest output of all has to go: it is too old, there is too much in all, or part of it is gone already. */
export function mustGo(
  { endedAt, removing }: EndedOutput,
  { totalBytes, now }: { readonly totalBytes: number; readonly now: number },
  { maxAgeMs, maxTotalBytes }: RetentionRules,
): boolean {
  return removing || totalBytes > maxTotalBytes || (maxAgeMs !== undefined && now >= endedAt + maxAgeMs);
}
