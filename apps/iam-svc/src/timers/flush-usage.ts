import type { Usage } from '../audit/usage.ts';

const EVERY_MS = 1_000;

/** Adds what was counted to the store once a second, and a last time at the end. */
export function startUsageFlush(usage: Pick<Usage, 'flush'>): AsyncDisposable {
  const timer = setInterval(() => void usage.flush(), EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await usage.flush();
    },
  };
}
