import type { MethodImpl } from '@connectrpc/connect';
import { EnableInvokerRequestSchema, EnableInvokerResponseSchema, type InvokerService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { changeInvoker } from '../change-invoker.ts';
import { slotsAfter } from '../domain/schedule.ts';
import type { InvokerContext } from '../invoker-context.ts';
import { InvokerStore } from '../store/invoker-store.ts';

/** Nothing that passed while it was off is made up for. Refusal of its own: InvalidParameterValue.InvokeTimeExpired for a ONCE that is over. */
export function enableInvoker(context: InvokerContext): MethodImpl<typeof InvokerService.method.enableInvoker> {
  return (request, handlerContext) => {
    const asked = { input: EnableInvokerRequestSchema, request, output: EnableInvokerResponseSchema };
    return changeInvoker(context, callOf(handlerContext), asked, async (trx, invoker, now) => {
      if (invoker.enabled) return;
      const [nextAt] = slotsAfter(invoker.schedule, now);
      if (nextAt === undefined) {
        const fault = 'must have a time to come, its only one is over; give it another with ModifyInvoker';
        throw invalid('InvalidParameterValue.InvokeTimeExpired', 'InvokerId', fault);
      }
      await new InvokerStore(trx).update({ ...invoker, enabled: true, nextAt, updatedAt: now });
    });
  };
}
