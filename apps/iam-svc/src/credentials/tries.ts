import type { IamContext } from '../context.ts';
import { afterFailure, requireUnlocked } from '../domain/lockout.ts';
import type { LoginName } from '../store/token-store.ts';

/**
 * Counts a try at a user's password or one-time code as failed before either is looked at, or a hundred guesses at once would
 * count as none. Whoever succeeds forgets the tries. Throws RequestLimitExceeded while the name is locked.
 */
export async function countTry(
  { commit, clock }: Pick<IamContext, 'commit' | 'clock'>,
  name: LoginName,
): Promise<void> {
  await commit(async ({ tokens }) => {
    const now = clock.now();
    const attempts = await tokens.attempts(name);
    requireUnlocked(attempts, now);
    await tokens.setAttempts(name, afterFailure(attempts, now), now);
  });
}
