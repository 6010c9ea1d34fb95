const FIRST_MS = 200;
const MOST_MS = 5_000;

/** How long to wait before attempt number `attempt` (from 1); `random`, 0 to 1, spreads those of many clients. */
export function backoff(attempt: number, random: number): number {
  return Math.min(MOST_MS, FIRST_MS * 2 ** (attempt - 1)) * (0.5 + random / 2);
}
