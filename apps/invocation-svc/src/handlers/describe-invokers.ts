import type { MethodImpl } from '@connectrpc/connect';
import type { InvokerService } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { checkInvokerSelection, type Invoker } from '../domain/invoker.ts';
import { slotsAfter } from '../domain/schedule.ts';
import type { InvokerContext } from '../invoker-context.ts';
import { invokerToProto, NEXT_TIMES } from '../invoker-convert.ts';
import { authorizeInvokers, planInvokers } from '../invoker-subjects.ts';
import { InvokerStore } from '../store/invoker-store.ts';
import { TagStore } from '../store/tag-store.ts';

export function describeInvokers({
  db,
  region,
}: Pick<InvokerContext, 'db' | 'region'>): MethodImpl<typeof InvokerService.method.describeInvokers> {
  const store = new InvokerStore(db);
  return async (request, context) => {
    const call = callOf(context);
    const { invokerIds, filters, limit, offset } = request;
    const selection = checkInvokerSelection({ ids: invokerIds, filters, limit, offset });
    const ids = [...new Set(selection.ids)];
    // ids that are given must all be allowed: leaving out what is denied would pass for its absence
    if (ids.length > 0) await authorizeInvokers(ids, { call, db, region });
    const visible = ids.length > 0 ? EVERYTHING : await planInvokers(call, region);
    const { accountUin } = call.caller;
    const { total, invokers } = await store.page({ accountUin, ids, filters, visible }, selection);
    const tagsOf = await new TagStore(db, 'invoker_tag').of(invokers.map(({ invokerId }) => invokerId));
    return {
      totalCount: total,
      invokerSet: invokers.map((invoker) =>
        invokerToProto(invoker, { tags: tagsOf(invoker.invokerId), next: nextSlots(invoker) }),
      ),
    };
  };
}

function nextSlots({ nextAt, schedule }: Invoker): number[] {
  return nextAt === undefined ? [] : [nextAt, ...slotsAfter(schedule, nextAt, NEXT_TIMES - 1)];
}
