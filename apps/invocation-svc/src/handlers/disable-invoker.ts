import type { MethodImpl } from '@connectrpc/connect';
import { DisableInvokerRequestSchema, DisableInvokerResponseSchema, type InvokerService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeInvoker } from '../change-invoker.ts';
import type { InvokerContext } from '../invoker-context.ts';
import { InvokerStore } from '../store/invoker-store.ts';
import { SlotStore } from '../store/slot-store.ts';

export function disableInvoker(context: InvokerContext): MethodImpl<typeof InvokerService.method.disableInvoker> {
  return (request, handlerContext) => {
    const asked = { input: DisableInvokerRequestSchema, request, output: DisableInvokerResponseSchema };
    return changeInvoker(context, callOf(handlerContext), asked, async (trx, invoker, now) => {
      await new SlotStore(trx).giveUp(invoker.invokerId, { now, reason: 'the invoker was disabled' });
      if (!invoker.enabled) return;
      await new InvokerStore(trx).update({ ...invoker, enabled: false, nextAt: undefined, updatedAt: now });
    });
  };
}
