import { addToOutbox } from '@muster/db';
import { type CloneSign, isNews } from './domain/clone.ts';
import { cloneNoticed } from './instance-events.ts';
import { type InstanceRecord, InstanceStore } from './store/instance-store.ts';
import type { UnitOfWork } from './store/unit-of-work.ts';

/** Notes and tells that two machines speak as this one; gives the machine as it is then. The same clone is not told of time and again. */
export async function noticeClone(
  { trx }: UnitOfWork,
  instance: InstanceRecord,
  sign: CloneSign | undefined,
  now: number,
): Promise<InstanceRecord> {
  if (!sign || !isNews(instance.cloneNoticedAt, now)) return instance;
  await new InstanceStore(trx).noteClone(instance.instanceId, now);
  await addToOutbox(trx, [cloneNoticed(instance, sign, now)]);
  return { ...instance, cloneNoticedAt: now };
}

/** What is logged of a clone. */
export const CLONE_WARNING =
  'two machines speak with one identity: was the data directory of its agent copied? Remove one of them and register it anew';
