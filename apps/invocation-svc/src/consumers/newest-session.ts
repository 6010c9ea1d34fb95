import { subjects } from '@muster/bus';
import type { InstanceRecord } from '../store/instance-store.ts';
import { InstanceStore } from '../store/instance-store.ts';
import type { UnitOfWork } from '../store/unit-of-work.ts';

/** The machine that spoke, if it lives in the account that the server saw it in and spoke in its newest session; an older one is fenced off. */
export async function newestSession(
  { trx }: UnitOfWork,
  subject: string,
  epoch: bigint,
): Promise<InstanceRecord | undefined> {
  const { tenant, instanceId } = subjects.speakerOf(subject);
  const instance = await new InstanceStore(trx).byId(instanceId);
  return instance?.tenant === tenant && instance.epoch === epoch ? instance : undefined;
}
