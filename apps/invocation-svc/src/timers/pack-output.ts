import type { Context } from '../context.ts';
import { BLOCK_BYTES, BLOCK_PIECES } from '../domain/output-block.ts';
import { OutputStock } from '../store/output-stock.ts';
import { OutputWriter, type PackedBlock } from '../store/output-writer.ts';
import { type Alarm, startAlarm } from './alarm.ts';

/** One transaction takes over no more than this, so that output that comes meanwhile does not wait. */
const MOST_TASKS = 64;
const MOST_PIECES = BLOCK_PIECES;
const MOST_BYTES = 8 * BLOCK_BYTES;

/** Puts stored output into compressed blocks: while a task runs whenever there is enough for one, and what is left at its end. */
export function startOutputPacking({
  clock,
  db,
  logger,
  write,
}: Pick<Context, 'clock' | 'db' | 'logger' | 'write'>): Alarm {
  const stock = new OutputStock(db);
  // tasks take turns, so that a few that write much keep nobody waiting
  let after = '';

  const nextBlocks = async (): Promise<PackedBlock[]> => {
    const blocks: PackedBlock[] = [];
    let pieces = 0;
    let bytes = 0;
    for (const id of await stock.packDue(after, MOST_TASKS)) {
      if (pieces >= MOST_PIECES || bytes >= MOST_BYTES) return blocks;
      after = id;
      const block = await stock.block(id);
      if (!block) continue;
      blocks.push(block);
      pieces += block.pieces;
      bytes += block.bytes;
    }
    return blocks;
  };

  return startAlarm({
    clock,
    onError: (error) => logger.error({ err: error }, 'output could not be packed; it is tried again'),
    async work() {
      const blocks = await nextBlocks();
      if (blocks.length > 0) {
        await write(async ({ trx }) => {
          const writer = new OutputWriter(trx);
          for (const block of blocks) await writer.pack(block);
        });
        return clock.now();
      }
      if (after === '') return undefined;
      after = '';
      return clock.now();
    },
  });
}
