import { setImmediate } from 'node:timers/promises';

/** How long work may go on before others get their turn, in milliseconds. */
const TURN_MS = 5;

/** Lets other calls have their turn while long work goes on: await it again and again. */
export function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN_MS) return;
    await setImmediate();
    since = performance.now();
  };
}
