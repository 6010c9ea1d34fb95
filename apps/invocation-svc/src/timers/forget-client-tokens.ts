import { forgetClientTokens } from '@muster/db';
import type { Context } from '../context.ts';

/** Client tokens live a day: nobody misses one for some minutes. */
const EVERY_MS = 600_000;

/** Forgets client tokens whose day is over, at once and then again and again; disposing the result stops it. */
export function startForgettingTokens(
  { write, clock, logger }: Pick<Context, 'write' | 'clock' | 'logger'>,
  everyMs = EVERY_MS,
): AsyncDisposable {
  let forgetting = Promise.resolve();
  const forget = () => {
    forgetting = write(({ trx }) => forgetClientTokens(trx, clock.now())).catch((error: unknown) =>
      logger.error({ err: error }, 'old client tokens could not be forgotten; it is tried again'),
    );
  };
  forget();
  const timer = setInterval(forget, everyMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await forgetting;
    },
  };
}
