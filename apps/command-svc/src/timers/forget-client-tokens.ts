import { forgetClientTokens, type WithClientTokens } from '@muster/db';
import type { Clock } from '@muster/kernel';
import type { Kysely } from 'kysely';

const EVERY_MS = 3_600_000;

/** Forgets client tokens whose day is over: now, and every hour from then on. */
export function startForgettingClientTokens<T extends WithClientTokens>(
  db: Kysely<T>,
  { clock, onError }: { readonly clock: Clock; readonly onError: (error: unknown) => void },
): AsyncDisposable {
  let running = Promise.resolve();
  const forget = () => {
    running = running.then(() => forgetClientTokens(db, clock.now())).catch(onError);
  };
  forget();
  const timer = setInterval(forget, EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}
