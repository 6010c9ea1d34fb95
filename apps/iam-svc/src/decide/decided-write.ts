import type { IamContext } from '../context.ts';
import { fromQuestion } from '../convert/decision.ts';
import { type Decider, type Denied, refusalOf } from './decider.ts';

/**
 * Writes for a call: what was decided about it is decided again first, inside the transaction. A denial that comes of it goes on
 * record after the transaction is rolled back, or it would be rolled back too.
 */
export function decidedWrite({
  commit,
  decider,
}: Pick<IamContext, 'commit'> & { decider: Decider }): IamContext['write'] {
  return async (call, work) => {
    let denied: Denied | undefined;
    try {
      return await commit(async (writers) => {
        for (const question of call.asked) {
          denied = await decider.deniedIn(fromQuestion(question), writers);
          if (denied) throw refusalOf(denied);
        }
        return work(writers);
      });
    } catch (error) {
      if (denied) await decider.recordDenied(denied);
      throw error;
    }
  };
}
