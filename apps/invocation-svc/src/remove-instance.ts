import { addToOutbox } from '@muster/db';
import { abandon } from './domain/task-end.ts';
import { instanceRemoved } from './instance-events.ts';
import { type InstanceRecord, InstanceStore } from './store/instance-store.ts';
import { RevokedKeyStore } from './store/revoked-key-store.ts';
import type { UnitOfWork } from './store/unit-of-work.ts';

/**
 * Removes a machine with its tags, ends its open tasks and takes its key out of use for good, all in one transaction. From the commit on no
 * door of the service knows the machine; the bus is told afterwards.
 */
export async function removeInstance(
  { trx, runs }: UnitOfWork,
  instance: InstanceRecord,
  { uin, now }: { readonly uin: string; readonly now: number },
): Promise<void> {
  const { instanceId, accountUin, publicKey } = instance;
  for (const task of await runs.openTasksOn(instanceId)) {
    const ended = abandon(task, now);
    if (ended) await runs.change(task, ended);
  }
  await new RevokedKeyStore(trx).add({ publicKey, accountUin, revokedAt: now });
  await new InstanceStore(trx).remove(instanceId);
  await addToOutbox(trx, [instanceRemoved(instance, uin, now)]);
}
