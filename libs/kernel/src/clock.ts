/** Where time comes from. Rules take `now` as a number; only doors and timers hold a clock. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

/** An instant in TAT's documentation format, `YYYY-MM-DDThh:mm:ssZ` in UTC; `ms` is milliseconds since 1970. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
