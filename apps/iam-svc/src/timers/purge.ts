import type { Clock } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import type { IamContext } from '../context.ts';
import { FORGET_AFTER_MS } from '../domain/lockout.ts';

const EVERY_MS = 60_000;

/** Drops ended tokens and delegations, used nonces and signatures, and forgotten login attempts once a minute. What they forbid is judged by time, not by this. */
export function startPurge({
  commit,
  clock,
  logger,
}: Pick<IamContext, 'commit'> & { clock: Clock; logger: Logger }): Disposable {
  const purge = async () => {
    const now = clock.now();
    try {
      await commit(async ({ tokens, delegations }) => {
        await tokens.purge({ now, attemptsBefore: now - FORGET_AFTER_MS });
        await delegations.purge(now);
      });
    } catch (error) {
      logger.warn({ err: error }, 'ended tokens could not be dropped; trying again in a minute');
    }
  };
  const timer = setInterval(() => void purge(), EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
