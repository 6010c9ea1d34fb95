/** The least wait between two attempts to connect, milliseconds. */
const LEAST_MS = 100;
/** How many times the longest first wait the longest wait of all is. */
const LONGEST = 5;

/**
 * How long to wait before a machine connects again. A whole fleet loses its connections in the same moment: the first wait is uniform up to
 * `mostMs`, so is the next after an attempt that failed (the bus was still starting), and then it is uniform up to twice that, four times, at
 * most five (full jitter). `chance` is 0 to 1.
 */
export function reconnectWaitMs(failures: number, mostMs: number, chance: number): number {
  if (failures === 0) return chance * mostMs;
  return LEAST_MS + chance * mostMs * Math.min(LONGEST, 2 ** (failures - 1));
}
