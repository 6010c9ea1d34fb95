import { failPoint } from '@muster/telemetry';
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
      const result = await commit(async (writers) => {
        for (const question of call.asked) {
          denied = await decider.deniedIn(fromQuestion(question), writers);
          if (denied) throw refusalOf(denied);
        }
        const made = await work(writers);
        await failPoint('write.before-commit');
        return made;
      });
      await failPoint('write.after-commit');
      return result;
    } catch (error) {
      if (denied) await decider.recordDenied(denied);
      throw error;
    }
  };
}
