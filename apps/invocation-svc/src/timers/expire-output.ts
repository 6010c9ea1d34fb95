import type { Context } from '../context.ts';
import { mustGo, type RetentionRules } from '../domain/output-retention.ts';
import { OutputStock } from '../store/output-stock.ts';
import { OutputWriter } from '../store/output-writer.ts';
import { type Alarm, startAlarm } from './alarm.ts';

/** Rows removed in one transaction: freeing the pages of a few megabytes takes milliseconds. The file reuses them and does not shrink. */
const MOST_ROWS = 32;

/** Removes the output of ended tasks when it is too old, and the oldest when there is too much in all. */
export function startOutputRetention({
  clock,
  db,
  logger,
  write,
  retention,
}: Pick<Context, 'clock' | 'db' | 'logger' | 'write'> & { readonly retention: RetentionRules }): Alarm {
  /** The oldest output, and whether it has to go now. */
  const look = async (stock: OutputStock) => {
    const oldest = await stock.oldest();
    const at = { totalBytes: await stock.totalBytes(), now: clock.now() };
    return { oldest, gone: oldest !== undefined && mustGo(oldest, at, retention) };
  };

  return startAlarm({
    clock,
    onError: (error) => logger.error({ err: error }, 'old output could not be removed; it is tried again'),
    async work() {
      // most looks find nothing, and a read waits for no writer
      const { oldest, gone } = await look(new OutputStock(db));
      if (!gone) return oldest && retention.maxAgeMs && oldest.endedAt + retention.maxAgeMs;
      await write(async ({ trx }) => {
        const writer = new OutputWriter(trx);
        for (let rows = 0; rows < MOST_ROWS; ) {
          const next = await look(new OutputStock(trx));
          if (!next.oldest || !next.gone) return;
          rows += Math.max(await writer.remove(next.oldest.invocationTaskId, MOST_ROWS - rows), 1);
        }
      });
      return clock.now();
    },
  });
}
