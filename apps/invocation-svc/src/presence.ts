import { addToOutbox } from '@muster/db';
import { presenceChanged } from './instance-events.ts';
import type { MachineContext } from './machine-context.ts';
import { type InstanceRecord, InstanceStore } from './store/instance-store.ts';
import type { UnitOfWork } from './store/unit-of-work.ts';

/** Marks a machine offline and tells of it, unless it has opened another session meanwhile. */
export async function markOffline(
  { write, clock, logger }: Pick<MachineContext, 'write' | 'clock' | 'logger'>,
  instance: InstanceRecord,
): Promise<void> {
  if (await write((unit) => goOffline(unit, instance, clock.now()), instance.tenant)) {
    logger.info({ instanceId: instance.instanceId }, 'a machine is gone');
  }
}

/** The same within a transaction; true when it changed something. */
export async function goOffline({ trx }: UnitOfWork, instance: InstanceRecord, now: number): Promise<boolean> {
  const changed = await new InstanceStore(trx).lost(instance);
  if (changed) await addToOutbox(trx, [presenceChanged(instance, false, now)]);
  return changed;
}
