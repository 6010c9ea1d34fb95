import type { MethodImpl } from '@connectrpc/connect';
import { maskHiddenText, requireText } from '@muster/command';
import { type InvokerService, ModifyInvokerRequestSchema, ModifyInvokerResponseSchema } from '@muster/contract';
import { answeredBefore, checkClientToken } from '@muster/db';
import { Refusal } from '@muster/kernel';
import { type Call, callOf } from '@muster/rpc';
import { checkInvokerId } from '../domain/ids.ts';
import { changedParameters, checkInvokerChange, type Invoker, type InvokerOrder } from '../domain/invoker.ts';
import { type Schedule, slotsAfter } from '../domain/schedule.ts';
import { lookUp } from '../invoke.ts';
import type { InvokerContext } from '../invoker-context.ts';
import { invokerChangeFromProto } from '../invoker-convert.ts';
import { orderOf, requireAgents, tryOrder } from '../invoker-order.ts';
import { authorizeInvokers, requireInvoker } from '../invoker-subjects.ts';
import { sealParameters } from '../sealed-parameters.ts';
import { InvokerStore } from '../store/invoker-store.ts';
import { writeOnce } from '../write-once.ts';

export function modifyInvoker(context: InvokerContext): MethodImpl<typeof InvokerService.method.modifyInvoker> {
  const { db, clock, region, vault, kickScheduler } = context;
  return async (request, handlerContext) => {
    const call = callOf(handlerContext);
    const { accountUin, uin } = call.caller;
    const invokerId = checkInvokerId(requireText('InvokerId', request.invokerId), 'InvokerId');
    const given = invokerChangeFromProto(request);
    checkClientToken(request.clientToken);
    await authorizeInvokers([invokerId], { call, db, region });
    const tokened = { input: ModifyInvokerRequestSchema, request, output: ModifyInvokerResponseSchema };
    const before = await answeredBefore(db, { accountUin, uin, vault }, tokened);
    if (before) return before;

    const seen = await requireInvoker(db, accountUin, invokerId);
    const change = checkInvokerChange(orderOf(vault, seen), given, clock.now());
    const order = change.order && (await changedOrder(context, call, { seen, order: change.order, given }));
    const answer = await writeOnce(context, { caller: call.caller, ...tokened }, async ({ trx }) => {
      const current = await requireInvoker(trx, accountUin, invokerId);
      if (order && current.updatedAt !== seen.updatedAt) throw changedMeanwhile(invokerId);
      const { name = current.name } = change;
      const changed = { ...current, name, ...order, updatedAt: clock.now() };
      await new InvokerStore(trx).update(change.schedule ? replanned(changed, change.schedule) : changed);
      return {};
    });
    kickScheduler();
    return answer;
  };
}

/** What is stored of a changed order, once the caller may run it. */
async function changedOrder(
  context: InvokerContext,
  call: Call,
  { seen, order, given }: { seen: Invoker; order: InvokerOrder; given: { readonly parameters?: string | undefined } },
): Promise<Partial<Invoker>> {
  const { library, vault } = context;
  const { accountUin, invokerId } = seen;
  const { commandId, commandVersion: version } = order;
  const stored = await lookUp(library, { accountUin, commandId, version });
  const content = stored instanceof Refusal ? '' : new TextDecoder().decode(stored.content);
  const before = { ...orderOf(vault, seen), shownParameters: seen.shownParameters };
  const parameters = changedParameters(before, order, { content, given: given.parameters });
  await tryOrder(context, call, { order: { ...order, parameters }, stored, offlinePolicy: 'RUN_ON_RETURN' });
  await requireAgents(context, accountUin, order);
  const { parameters: _, ...rest } = order;
  return {
    ...rest,
    shownParameters: maskHiddenText(content, parameters),
    sealedParameters: parameters === '' ? undefined : sealParameters(vault, invokerId, parameters),
  };
}

function replanned(invoker: Invoker, schedule: Schedule): Invoker {
  return { ...invoker, schedule, nextAt: invoker.enabled ? slotsAfter(schedule, invoker.updatedAt)[0] : undefined };
}

/** What was decided was decided about something else. */
function changedMeanwhile(invokerId: string): Refusal {
  return new Refusal('unavailable', 'ServiceUnavailable', `invoker \`${invokerId}\` was just changed; try again`);
}
