import type { MethodImpl } from '@connectrpc/connect';
import type { InvokerService } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { checkRecordSelection } from '../domain/invoker.ts';
import type { InvokerContext } from '../invoker-context.ts';
import { recordToProto } from '../invoker-convert.ts';
import { authorizeInvokers, planInvokers } from '../invoker-subjects.ts';
import { SlotStore } from '../store/slot-store.ts';

/** Records outlive their invoker, and are decided by its tags and its maker as they were last. */
export function describeInvokerRecords({
  db,
  region,
}: Pick<InvokerContext, 'db' | 'region'>): MethodImpl<typeof InvokerService.method.describeInvokerRecords> {
  const store = new SlotStore(db);
  return async (request, context) => {
    const call = callOf(context);
    const { invokerIds, limit, offset } = request;
    const selection = checkRecordSelection({ ids: invokerIds, limit, offset });
    const ids = [...new Set(selection.ids)];
    if (ids.length > 0) await authorizeInvokers(ids, { call, db, region });
    const visible = ids.length > 0 ? EVERYTHING : await planInvokers(call, region);
    const { total, records } = await store.page({ accountUin: call.caller.accountUin, ids, visible }, selection);
    return { totalCount: total, invokerRecordSet: records.map(recordToProto) };
  };
}
