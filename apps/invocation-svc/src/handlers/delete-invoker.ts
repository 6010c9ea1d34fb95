import type { MethodImpl } from '@connectrpc/connect';
import { DeleteInvokerRequestSchema, DeleteInvokerResponseSchema, type InvokerService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeInvoker } from '../change-invoker.ts';
import type { InvokerContext } from '../invoker-context.ts';
import { InvokerStore } from '../store/invoker-store.ts';
import { SlotStore } from '../store/slot-store.ts';

/** Its delegation is ended by the scheduler, which tries until iam-svc has heard of it. */
export function deleteInvoker(context: InvokerContext): MethodImpl<typeof InvokerService.method.deleteInvoker> {
  return (request, handlerContext) => {
    const asked = { input: DeleteInvokerRequestSchema, request, output: DeleteInvokerResponseSchema };
    return changeInvoker(context, callOf(handlerContext), asked, async (trx, { invokerId }, now) => {
      await new InvokerStore(trx).remove(invokerId, now);
      await new SlotStore(trx).giveUp(invokerId, { now, reason: 'the invoker was deleted' });
    });
  };
}
