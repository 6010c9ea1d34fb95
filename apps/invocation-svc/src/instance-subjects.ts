import { notFound } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import type { Kysely } from 'kysely';
import { instanceRefs } from './decision-subjects.ts';
import { type InstanceRecord, InstanceStore } from './store/instance-store.ts';
import type { Schema } from './store/schema.ts';

/** Decides a call on the machines that it names, as they are; one that the account does not have is decided without tags. Refusal: CamAuthFailed. */
export async function authorizeInstances(
  ids: readonly string[],
  { call, db, region }: { readonly call: Call; readonly db: Kysely<Schema>; readonly region: string },
): Promise<void> {
  const found = await new InstanceStore(db).byIds(call.caller.accountUin, ids);
  await call.authorize(
    await instanceRefs(
      { db, region },
      ids,
      found.map(({ instanceId }) => instanceId),
    ),
  );
}

/** The account's machine of this id. Refusal: ResourceNotFound.RegisterInstanceNotFoundCode. */
export async function registerInstanceOf(
  db: Kysely<Schema>,
  accountUin: string,
  instanceId: string,
): Promise<InstanceRecord> {
  const [instance] = await new InstanceStore(db).byIds(accountUin, [instanceId]);
  if (!instance) throw notFound('ResourceNotFound.RegisterInstanceNotFoundCode', 'registered instance', instanceId);
  return instance;
}
