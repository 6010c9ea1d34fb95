/** Milliseconds to wait before attempt `attempt` (from 1): 200, 400 … 5,000, each up to a quarter less by `random` (0 to 1). */
export function backoff(attempt: number, random: number): number {
  const full = Math.min(5_000, 200 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(full * (1 - random / 4));
}
