import { invokerResource, notFound, type ResourcePlan } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import type { Kysely } from 'kysely';
import type { Invoker } from './domain/invoker.ts';
import { InvokerStore } from './store/invoker-store.ts';
import type { Schema } from './store/schema.ts';
import { TagStore } from './store/tag-store.ts';

/**
 * Decides a call on the invokers that it names, as they are, or were when they were deleted; one that the account never had is decided
 * without tags. Refusal: CamAuthFailed.
 */
export async function authorizeInvokers(
  ids: readonly string[],
  { call, db, region }: { readonly call: Call; readonly db: Kysely<Schema>; readonly region: string },
): Promise<void> {
  const known = await new InvokerStore(db).known(call.caller.accountUin, ids);
  const makers = new Map(known.map(({ invokerId, createdUin }) => [invokerId, createdUin]));
  const tags = await new TagStore(db, 'invoker_tag').of([...makers.keys()]);
  const attributes = (id: string) => {
    const maker = makers.get(id);
    return maker === undefined ? [] : [{ key: 'qcs:create_uin', values: [maker] }];
  };
  await call.authorize(
    ids.map((id) => ({ resource: invokerResource(region, id), tags: [...tags(id)], attributes: attributes(id) })),
  );
}

/** Which invokers a list call may show. */
export async function planInvokers(call: Call, region: string): Promise<ResourcePlan> {
  return (await call.plan([invokerResource(region, '*')]))[0]!;
}

/** The account's invoker of this id. Refusal: ResourceNotFound. */
export async function requireInvoker(db: Kysely<Schema>, accountUin: string, invokerId: string): Promise<Invoker> {
  const invoker = await new InvokerStore(db).find(accountUin, invokerId);
  if (invoker) return invoker;
  throw notFound('ResourceNotFound', 'invoker', invokerId);
}
