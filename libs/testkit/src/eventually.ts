import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `look` gives something other than undefined or false, and fails with `what` after `withinMs`. For outcomes that no event announces. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 15_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false && found !== null) return found as NonNullable<T>;
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await sleep(10);
  }
}
